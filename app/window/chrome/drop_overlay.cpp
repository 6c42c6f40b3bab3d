// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/drop_overlay.h"

#include "widgets/theme/theme.h"

#include <QDropEvent>
#include <QPainter>
#include <QPen>

namespace orrery {

DropOverlay::DropOverlay(QWidget *window) : QWidget(window)
{
    setAcceptDrops(true);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

void DropOverlay::open(std::vector<Zone> zones)
{
    m_zones = std::move(zones);
    m_at = QPoint(-1, -1);
    setGeometry(parentWidget()->rect());
    show();
    raise();
}

const DropOverlay::Zone *DropOverlay::zoneAt(QPoint point) const
{
    for (const Zone &zone : m_zones)
        if (zone.place.contains(point))
            return &zone;
    return m_zones.empty() ? nullptr : &m_zones.front();
}

void DropOverlay::dragEnterEvent(QDragEnterEvent *event)
{
    event->acceptProposedAction();
}

void DropOverlay::dragMoveEvent(QDragMoveEvent *event)
{
    m_at = event->position().toPoint();
    update();
    event->acceptProposedAction();
}

void DropOverlay::dragLeaveEvent(QDragLeaveEvent *)
{
    hide();
}

void DropOverlay::dropEvent(QDropEvent *event)
{
    hide();
    const Zone *zone = zoneAt(event->position().toPoint());
    if (!zone)
        return;
    event->setDropAction(Qt::CopyAction);
    event->accept();
    zone->drop(*event->mimeData());
}

void DropOverlay::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor veil = colours.ground;
    veil.setAlphaF(0.8f);
    painter.fillRect(rect(), veil);
    const Zone *current = zoneAt(m_at);
    for (const Zone &zone : m_zones) {
        const bool here = &zone == current;
        QPen pen(here ? colours.accent : colours.muted, here ? 2 : 1, Qt::DashLine);
        painter.setPen(pen);
        painter.setBrush(here ? colours.selected : colours.surface);
        painter.drawRoundedRect(QRectF(zone.place).adjusted(8, 8, -8, -8), 6, 6);
        painter.setPen(here ? colours.accent : colours.muted);
        painter.setFont(theme.font(zone.place.height() < 140 ? TextRole::Body : TextRole::Title));
        painter.drawText(zone.place, Qt::AlignCenter, zone.text);
    }
}

} // namespace orrery
