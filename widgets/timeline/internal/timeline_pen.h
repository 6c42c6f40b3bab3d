// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QImage>
#include <QPointF>
#include <QRectF>
#include <QString>

namespace orrery {

/// What a timeline is drawn with: Dear ImGui where there is OpenGL, QPainter elsewhere. Lengths in the view's pixels;
/// words in the size of captions.
class TimelinePen
{
public:
    virtual ~TimelinePen() = default;
    virtual void fill(const QRectF &rect, const QColor &colour, double radius = 0) = 0;
    virtual void frame(const QRectF &rect, const QColor &colour, double width) = 0;
    virtual void line(const QPointF &from, const QPointF &to, const QColor &colour, double width) = 0;
    /// A part of a picture, smoothed. The same picture comes again and again.
    virtual void picture(const QRectF &target, const QImage &image, const QRectF &source) = 0;
    virtual void text(const QPointF &topLeft, const QString &text, const QColor &colour) = 0;
    virtual QSizeF textSize(const QString &text) = 0;
    virtual void clip(const QRectF &rect) = 0; ///< until unclip(); one within another: what both hold
    virtual void unclip() = 0;
};

} // namespace orrery
