// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/score_curve.h"

#include "widgets/ranking/ranking.h"
#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace orrery::text_to_image {

ScoreCurve::ScoreCurve(const QStringList &names, QWidget *parent) : QWidget(parent), m_names(names)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("CLIP's score by step"));
    setToolTip(tr("CLIP's score of the guess at each step: the cosine of picture and prompt. The faint lines are the "
                  "other two."));
    connect(&Theme::instance(), &Theme::changed, this, [this] { updateGeometry(); });
}

QSize ScoreCurve::sizeHint() const
{
    // On a wall the pictures matter more.
    return {160, Theme::instance().px(Theme::instance().presenting() ? 56 : 72)};
}

void ScoreCurve::setCurves(const QList<QList<double>> &curves, int lane, int steps, double least, double most)
{
    m_curves = curves;
    m_lane = lane;
    m_steps = steps;
    m_least = least;
    m_most = std::max(most, least + 0.02);
    QStringList ends;
    for (int i = 0; i < curves.size(); ++i)
        if (!curves[i].isEmpty())
            ends.append(tr("%1 ends at %2").arg(m_names.value(i), cosineText(curves[i].last())));
    setAccessibleDescription(ends.isEmpty() ? tr("No score yet") : ends.join(QStringLiteral(", ")));
    update();
}

void ScoreCurve::setStep(int step)
{
    m_step = step;
    update();
}

QHash<int, double> ScoreCurve::nameTops(const std::function<double(double)> &at, const QRectF &room, double high) const
{
    QList<int> lanes;
    for (int i = 0; i < m_curves.size(); ++i)
        if (!m_curves[i].isEmpty())
            lanes.append(i);
    std::stable_sort(lanes.begin(), lanes.end(),
                     [this](int a, int b) { return m_curves[a].last() > m_curves[b].last(); });
    QHash<int, double> tops;
    // Downwards each below the one above it, then upwards those that were pushed out of the box.
    double free = room.top();
    for (const int lane : lanes) {
        tops[lane] = std::max(free, at(m_curves[lane].last()) - high / 2);
        free = tops[lane] + high;
    }
    double floor = room.bottom();
    for (auto lane = lanes.rbegin(); lane != lanes.rend(); ++lane) {
        tops[*lane] = std::min(tops[*lane], floor - high);
        floor = tops[*lane];
    }
    return tops;
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
    painter.setFont(theme.font(TextRole::Caption));
    const QRectF inside = box.adjusted(8, 4, -8, -4);
    const QFontMetricsF metrics(painter.font());
    double wide = 0;
    for (int lane = 0; lane < m_curves.size(); ++lane)
        if (!m_curves[lane].isEmpty())
            wide = std::max(wide, metrics.horizontalAdvance(m_names.value(lane)) + 6);
    if (wide > inside.width() / 2)
        wide = 0; // the curves themselves come first
    const QRectF room = inside.adjusted(0, 4, -wide, -4);
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
    const auto tops = nameTops([&](double score) { return at(0, score).y(); }, inside, metrics.height());
    for (auto it = tops.begin(); wide > 0 && it != tops.end(); ++it) {
        painter.setPen(it.key() == m_lane ? colours.accent : colours.muted);
        painter.drawText(QRectF(room.right() + 6, it.value(), wide, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         m_names.value(it.key()));
    }
    painter.setPen(colours.muted);
    if (m_curves.value(m_lane).isEmpty())
        painter.drawText(room, Qt::AlignCenter, tr("no score yet"));
}

} // namespace orrery::text_to_image
