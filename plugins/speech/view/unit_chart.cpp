// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/unit_chart.h"

#include "widgets/theme/theme.h"
#include "widgets/timeline/unit_colours.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace orrery::speech {

UnitChart::UnitChart(const QString &name, QWidget *parent) : QWidget(parent), m_name(name)
{
    setAccessibleName(name);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMouseTracking(true);
}

QSize UnitChart::minimumSizeHint() const
{
    return {Theme::instance().px(120), Theme::instance().px(72)};
}

QSize UnitChart::sizeHint() const
{
    return {Theme::instance().px(260), Theme::instance().px(110)};
}

void UnitChart::setBars(QList<Bar> bars)
{
    m_bars = std::move(bars);
    m_current = std::clamp<int>(m_current, 0, std::max(0, int(m_bars.size()) - 1));
    nameIt();
    update();
}

void UnitChart::setEmptyWords(const QString &words)
{
    m_empty = words;
    update();
}

void UnitChart::setSelectedUnit(int unit)
{
    m_selected = unit;
    for (int i = 0; i < m_bars.size(); ++i)
        if (m_bars[i].unit == unit && unit >= 0)
            m_current = i;
    nameIt();
    update();
}

void UnitChart::setClickable(bool clickable)
{
    m_clickable = clickable;
    setFocusPolicy(clickable ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(clickable ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void UnitChart::setBarWidths(double narrowest, double widest)
{
    m_narrowest = narrowest;
    m_widest = widest;
    update();
}

double UnitChart::step() const
{
    const Theme &theme = Theme::instance();
    const double room = m_bars.isEmpty() ? width() : double(width()) / double(m_bars.size());
    return std::clamp(room, double(theme.px(m_narrowest)), double(theme.px(m_widest)));
}

int UnitChart::shown() const
{
    return std::min(int(m_bars.size()), std::max(1, int(width() / step())));
}

QRectF UnitChart::barRect(int index) const
{
    const int words = QFontMetrics(Theme::instance().font(TextRole::Caption)).height();
    double most = 1e-9;
    for (const Bar &bar : m_bars)
        most = std::max(most, bar.value);
    const double room = height() - words - 2;
    const double high = m_bars[index].value <= 0 ? 0 : std::max(2.0, room * m_bars[index].value / most);
    return {index * step() + 1, room - high, step() - 3, high};
}

int UnitChart::barAt(const QPointF &at) const
{
    const int index = int(at.x() / step());
    return at.x() >= 0 && index < shown() ? index : -1;
}

void UnitChart::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    QPainter painter(this);
    painter.setFont(theme.font(TextRole::Caption));
    if (m_bars.isEmpty()) {
        painter.setPen(colours.muted);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, m_empty);
        return;
    }
    const double words = painter.fontMetrics().height();
    for (int i = 0; i < shown(); ++i) {
        const Bar &bar = m_bars[i];
        const QRectF rect = barRect(i);
        QColor colour = bar.unit >= 0 ? unitColour(bar.unit) : colours.accent;
        const bool chosen = m_selected >= 0 && bar.unit == m_selected;
        if (m_selected >= 0 && bar.unit >= 0 && !chosen)
            colour.setAlphaF(0.3f);
        painter.fillRect(rect, colour);
        if (chosen) {
            painter.setPen(QPen(colours.text, 1.5));
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
        }
        painter.setPen(chosen ? colours.text : colours.muted);
        Theme::drawFigures(painter, QRectF(i * step(), height() - words, step() - 1, words), Qt::AlignCenter,
                           bar.label);
        if (hasFocus() && i == m_current) {
            painter.setPen(QPen(colours.accent, 2));
            painter.drawRect(QRectF(i * step(), 1, step() - 1, height() - 2));
        }
    }
}

void UnitChart::mousePressEvent(QMouseEvent *event)
{
    const int index = barAt(event->position());
    if (m_clickable && event->button() == Qt::LeftButton && index >= 0)
        choose(index);
}

void UnitChart::choose(int index)
{
    m_current = index;
    nameIt();
    update();
    Q_EMIT clicked(m_bars[index].unit);
}

void UnitChart::keyPressEvent(QKeyEvent *event)
{
    const int last = shown() - 1;
    if (m_clickable && !m_bars.isEmpty()) {
        if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
            m_current = std::clamp(m_current + (event->key() == Qt::Key_Left ? -1 : 1), 0, last);
            nameIt();
            update();
            return;
        }
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
            choose(m_current);
            return;
        }
    }
    QWidget::keyPressEvent(event);
}

bool UnitChart::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const int index = barAt(help->pos());
        if (index >= 0)
            QToolTip::showText(help->globalPos(), m_bars[index].words, this);
        else
            QToolTip::hideText();
        return true;
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QWidget::event(event);
}

void UnitChart::nameIt()
{
    setAccessibleDescription(m_bars.isEmpty() ? m_empty : m_bars[m_current].words);
}

} // namespace orrery::speech
