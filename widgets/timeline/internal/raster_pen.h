// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/timeline/internal/timeline_pen.h"

#include <QPainter>

namespace orrery {

/// Draws by QPainter, where there is no OpenGL.
class RasterPen final : public TimelinePen
{
public:
    explicit RasterPen(QPainter &painter);

    void fill(const QRectF &rect, const QColor &colour, double radius) override;
    void frame(const QRectF &rect, const QColor &colour, double width) override;
    void line(const QPointF &from, const QPointF &to, const QColor &colour, double width) override;
    void picture(const QRectF &target, const QImage &image, const QRectF &source) override;
    void text(const QPointF &topLeft, const QString &text, const QColor &colour) override;
    QSizeF textSize(const QString &text) override;
    void clip(const QRectF &rect) override;
    void unclip() override;

private:
    QPainter &m_painter;
};

} // namespace orrery
