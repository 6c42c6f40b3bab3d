// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/legend_parts.h"

#include "widgets/scatter/internal/overlay_paint.h"
#include "widgets/scatter/internal/point_shapes.h"
#include "widgets/theme/theme.h"

#include <QLinearGradient>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include <cmath>

namespace orrery {

namespace {

constexpr double kRowHeight = 22;
constexpr double kSignWidth = 20;
constexpr double kMostName = 150;

QFontMetrics captionMetrics()
{
    return QFontMetrics(Theme::instance().font(TextRole::Caption));
}

int rowHeight()
{
    return std::max(Theme::instance().px(kRowHeight), captionMetrics().height() + 4);
}

} // namespace

LegendRow::LegendRow(int index, const QString &name) : m_index(index)
{
    setText(name);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(name);
    setAccessibleDescription(tr("Shows only these points"));
    setToolTip(tr("%1: press to show only these points, again to show all").arg(name));
}

void LegendRow::setIsolated(int isolated)
{
    setChecked(isolated == m_index);
    m_quiet = isolated >= 0 && isolated != m_index;
    update();
}

QSize LegendRow::sizeHint() const
{
    const Theme &theme = Theme::instance();
    const int name = std::min(captionMetrics().horizontalAdvance(text()) + 1, theme.px(kMostName));
    return {theme.px(kSignWidth) + name + theme.px(4), rowHeight()};
}

QSize LegendRow::minimumSizeHint() const
{
    return {Theme::instance().px(kSignWidth), rowHeight()};
}

void LegendRow::mouseDoubleClickEvent(QMouseEvent *event)
{
    event->accept();
    setDown(false); // the release that follows is no click
    if (onDoubleClick)
        onDoubleClick();
}

void LegendRow::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isChecked() || underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(isChecked() ? colours.selected : colours.hover);
        painter.drawRoundedRect(rect(), 4, 4);
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colours.accent, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
    painter.setOpacity(m_quiet ? 0.4 : 1);
    const double sign = theme.px(kSignWidth);
    drawPoint(painter, QPointF(sign / 2, height() / 2.0), theme.px(4.5), classShape(m_index),
              theme.classColour(m_index), colours.text);
    painter.setOpacity(1);
    painter.setFont(theme.font(TextRole::Caption));
    painter.setPen(m_quiet ? colours.muted : colours.text);
    const QRectF room(sign, 0, width() - sign - theme.px(2), height());
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(text(), Qt::ElideRight, static_cast<int>(room.width())));
}

LegendRamp::LegendRamp(bool tint, double smallest, double largest) : m_tint(tint)
{
    m_ends[0] = tint ? tr("less") : QLocale().toString(smallest, 'g', 3);
    m_ends[1] = tint ? tr("more") : QLocale().toString(largest, 'g', 3);
    setAccessibleName(tr("Colours from %1 to %2").arg(m_ends[0], m_ends[1]));
}

QSize LegendRamp::sizeHint() const
{
    const Theme &theme = Theme::instance();
    return {theme.px(148), theme.px(12) + captionMetrics().height() + theme.px(6)};
}

void LegendRamp::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF bar(0.5, theme.px(2) + 0.5, width() - 1, theme.px(10));
    QLinearGradient gradient(bar.topLeft(), bar.topRight());
    // The very looks that points get.
    ScatterColouring colouring{.kind = m_tint ? ScatterColouring::Kind::Tint : ScatterColouring::Kind::Values};
    for (int i = 0; i <= 16; ++i)
        colouring.values.push_back(static_cast<float>(i) / 16);
    const PointLooks looks = looksOf(colouring, 17, -1);
    for (int i = 0; i <= 16; ++i)
        gradient.setColorAt(i / 16.0, PointLook::colour((*looks)[static_cast<std::size_t>(i)]));
    painter.setBrush(gradient);
    painter.setPen(QPen(theme.colours().line, 1));
    painter.drawRoundedRect(bar, 3, 3);
    painter.setFont(theme.font(TextRole::Caption));
    painter.setPen(theme.colours().text);
    const QRectF words(0, bar.bottom() + theme.px(2), width(), captionMetrics().height());
    Theme::drawFigures(painter, words, Qt::AlignLeft, m_ends[0]);
    Theme::drawFigures(painter, words, Qt::AlignRight, m_ends[1]);
}

LegendLine::LegendLine(ScatterLink::Kind kind) : m_kind(kind)
{
    m_text = kind == ScatterLink::Kind::Kept      ? tr("near in both")
             : kind == ScatterLink::Kind::Missing ? tr("near in the data only")
                                                  : tr("near here only");
    setAccessibleName(m_text);
}

QSize LegendLine::sizeHint() const
{
    const Theme &theme = Theme::instance();
    return {theme.px(34) + captionMetrics().horizontalAdvance(m_text) + theme.px(4), rowHeight()};
}

void LegendLine::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(linkPen(m_kind, theme.px(1.5)));
    painter.drawLine(QPointF(theme.px(3), height() / 2.0), QPointF(theme.px(28), height() / 2.0));
    painter.setPen(theme.colours().text);
    painter.setFont(theme.font(TextRole::Caption));
    painter.drawText(rect().adjusted(theme.px(34), 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, m_text);
}

} // namespace orrery
