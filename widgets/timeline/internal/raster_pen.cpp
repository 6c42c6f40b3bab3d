// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/internal/raster_pen.h"

#include "widgets/theme/theme.h"

namespace orrery {

RasterPen::RasterPen(QPainter &painter) : m_painter(painter)
{
    m_painter.setFont(Theme::instance().font(TextRole::Caption));
    m_painter.setRenderHint(QPainter::SmoothPixmapTransform);
}

void RasterPen::fill(const QRectF &rect, const QColor &colour, double radius)
{
    if (radius <= 0) {
        m_painter.fillRect(rect, colour);
        return;
    }
    m_painter.setRenderHint(QPainter::Antialiasing);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(colour);
    m_painter.drawRoundedRect(rect, radius, radius);
    m_painter.setRenderHint(QPainter::Antialiasing, false);
}

void RasterPen::frame(const QRectF &rect, const QColor &colour, double width)
{
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(colour, width));
    m_painter.drawRect(rect);
}

void RasterPen::line(const QPointF &from, const QPointF &to, const QColor &colour, double width)
{
    m_painter.setRenderHint(QPainter::Antialiasing);
    m_painter.setPen(QPen(colour, width));
    m_painter.drawLine(from, to);
    m_painter.setRenderHint(QPainter::Antialiasing, false);
}

void RasterPen::picture(const QRectF &target, const QImage &image, const QRectF &source)
{
    m_painter.drawImage(target, image, source);
}

void RasterPen::text(const QPointF &topLeft, const QString &text, const QColor &colour)
{
    m_painter.setPen(colour);
    m_painter.drawText(topLeft + QPointF(0, m_painter.fontMetrics().ascent()), text);
}

QSizeF RasterPen::textSize(const QString &text)
{
    return QFontMetricsF(m_painter.font()).size(0, text);
}

void RasterPen::clip(const QRectF &rect)
{
    m_painter.save();
    m_painter.setClipRect(rect, Qt::IntersectClip);
}

void RasterPen::unclip()
{
    m_painter.restore();
}

} // namespace orrery
