// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/camera.h"
#include "widgets/scatter/internal/point_colours.h"
#include "widgets/scatter/internal/point_shapes.h"

#include <QImage>

#include <memory>

namespace orrery {

using PointRows = std::vector<std::uint32_t>;

/// What all points of one picture have in common.
struct PointFrame
{
    Camera camera;      ///< its size in the widget's pixels
    double dpr = 1;     ///< pixels of the device for one of the widget's
    PointStyle style;   ///< in pixels of the device
    float blend = 1;    ///< 0: where points came from, 1: where they go
    double opacity = 1; ///< of all that is drawn: less while it is stale
    QColor ground, text, accent;

    QSize pixels() const { return (camera.size() * dpr).toSize(); }
};

/// Draws points, by OpenGL or by the processor. Layers are pictures that stay, to which points are added slice by slice
/// while the view rests.
class PointPainter
{
public:
    enum class Layer
    {
        Points,
        Selection,
        Moving, ///< what is selected, for one picture: it does not stay
    };
    static constexpr int kLayers = 3;

    virtual ~PointPainter() = default;

    virtual void setPositions(const ScatterPositions &from, const ScatterPositions &to) = 0;
    virtual void setLooks(const PointLooks &looks) = 0;
    /// Premultiplied; null: none.
    virtual void setDensity(const QImage &picture, const QRectF &region) = 0;

    /// An empty layer as large as the frame.
    virtual void clear(Layer layer, const PointFrame &frame) = 0;
    virtual void add(Layer layer, const PointFrame &frame, const PointRows &rows) = 0;

    /// A picture begins: ground, and the density at this opacity.
    virtual void begin(const PointFrame &frame, double density) = 0;
    virtual void draw(const PointFrame &frame, const PointRows &rows) = 0;
    virtual void draw(const PointFrame &frame, Layer layer) = 0;
    /// Waits until what was drawn is drawn, so that its time can be measured.
    virtual void finish() {}
};

} // namespace orrery
