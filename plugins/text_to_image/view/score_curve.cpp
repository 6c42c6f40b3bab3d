// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/score_curve.h"

#include "widgets/ranking/ranking.h"
#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace orrery::text_to_image {

ScoreCurve::ScoreCurve(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("CLIP's score by step"));
    setToolTip(tr("CLIP's score of the guess at each step: the cosine of picture and prompt. The faint lines are the "
                  "other two."));
}

QSize ScoreCurve::sizeHint() const
{
    return {160, Theme::instance().px(72)};
}

void ScoreCurve::setCurves(const QList<QList<double>> &curves, int lane, int steps, double least, double most)
{
    m_curves = curves;
    m_lane = lane;
    m_steps = steps;
    m_least = least;
    m_most = std::max(most, least + 0.02);
    const QList<double> own = curves.value(lane);
    setAccessibleDescription(own.isEmpty() ? tr("No score yet") : tr("Ends at %1").arg(cosineText(own.last())));
    update();
}

void ScoreCurve::setStep(int step)
{
    m_step = step;
    update();
}

void ScoreCurve::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(colours.line, 1));
    painter.setBrush(colours.surface);
    painter.drawRoundedRect(box, 4, 4);
    const QRectF room = box.adjusted(8, 8, -8, -8);
    const auto at = [&](int step, double score) {
        return QPointF(room.left() + room.width() * step / std::max(1, m_steps - 1),
                       room.bottom() - room.height() * std::clamp((score - m_least) / (m_most - m_least), 0.0, 1.0));
    };
    if (m_step >= 0) {
        painter.setPen(QPen(colours.muted, 1, Qt::DotLine));
        const double x = at(m_step, m_least).x();
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()));
    }
    for (int pass = 0; pass < 2; ++pass) // its own last, above the others
        for (int lane = 0; lane < m_curves.size(); ++lane) {
            if ((lane == m_lane) != (pass == 1))
                continue;
            QPolygonF line;
            for (int step = 0; step < m_curves[lane].size(); ++step)
                line.append(at(step, m_curves[lane][step]));
            painter.setPen(QPen(pass == 1 ? colours.accent : colours.line, pass == 1 ? 2 : 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawPolyline(line);
        }
    painter.setFont(theme.font(TextRole::Caption));
    painter.setPen(colours.muted);
    if (m_curves.value(m_lane).isEmpty())
        painter.drawText(room, Qt::AlignCenter, tr("no score yet"));
}

} // namespace orrery::text_to_image
