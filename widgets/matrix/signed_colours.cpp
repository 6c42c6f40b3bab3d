// SPDX-License-Identifier: Apache-2.0
#include "widgets/matrix/signed_colours.h"

#include "widgets/ranking/ranking.h"
#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery {

QColor signedColour(double value)
{
    constexpr double kBlue[3] = {0x4A / 255.0, 0x90 / 255.0, 0xD9 / 255.0};
    constexpr double kOrange[3] = {0xE0 / 255.0, 0x74 / 255.0, 0x12 / 255.0};
    const double amount = std::isfinite(value) ? std::clamp(std::fabs(value), 0.0, 1.0) : 0.0;
    const double *end = value < 0 ? kBlue : kOrange;
    const auto channel = [&](int i) { return static_cast<float>(1 + (end[i] - 1) * amount); };
    return QColor::fromRgbF(channel(0), channel(1), channel(2));
}

QColor readableOn(const QColor &ground)
{
    return Theme::contrast(ground, Qt::black) >= Theme::contrast(ground, Qt::white) ? QColor(0x1C1B1A)
                                                                                    : QColor(Qt::white);
}

SignedLegend::SignedLegend(QWidget *parent) : QWidget(parent), m_mark(std::numeric_limits<double>::quiet_NaN())
{
    setAccessibleName(tr("Colours of the cosine: blue is negative, white is none, orange is positive"));
    setToolTip(accessibleName());
}

void SignedLegend::setLimit(double limit)
{
    m_limit = limit;
    update();
}

void SignedLegend::setMark(double value)
{
    m_mark = value;
    update();
}

QSize SignedLegend::sizeHint() const
{
    return {Theme::instance().px(220), Theme::instance().px(34)};
}

void SignedLegend::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double inset = theme.px(20);
    const QRectF bar(inset, 1, width() - 2 * inset, theme.px(12));
    QLinearGradient gradient(bar.topLeft(), bar.topRight());
    for (int i = 0; i <= 8; ++i)
        gradient.setColorAt(i / 8.0, signedColour(i / 4.0 - 1));
    painter.setBrush(gradient);
    painter.setPen(QPen(theme.colours().line, 1));
    painter.drawRoundedRect(bar, 3, 3);
    painter.setFont(theme.font(TextRole::Caption));
    painter.setPen(theme.colours().muted);
    for (const double at : {-1.0, 0.0, 1.0}) {
        const double x = bar.center().x() + at * bar.width() / 2;
        const QString text = at == 0 ? QStringLiteral("0") : cosineText(at * m_limit);
        painter.drawText(QRectF(x - theme.px(32), bar.bottom() + 2, theme.px(64), height() - bar.bottom() - 2),
                         Qt::AlignHCenter | Qt::AlignTop, text);
    }
    if (std::isfinite(m_mark)) {
        const double x = bar.center().x() + std::clamp(m_mark / m_limit, -1.0, 1.0) * bar.width() / 2;
        painter.setPen(QPen(theme.colours().text, 2));
        painter.drawLine(QPointF(x, bar.top() - 1), QPointF(x, bar.bottom() + 3));
    }
}

} // namespace orrery
