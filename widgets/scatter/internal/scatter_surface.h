// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/point_painter.h"

#include <QWidget>

#include <functional>

namespace orrery {

/// What a surface asks its view for.
struct SurfaceCalls
{
    std::function<void(PointPainter &)> paint;
    std::function<void()> presented;   ///< what was painted is on screen
    std::function<void()> painterLost; ///< it knows nothing any more
    std::function<void()> failed;      ///< OpenGL was promised and does not work
    std::function<void()> paintOver;   ///< OpenGL only: after the points, in the same framebuffer
    std::function<void()> contextLost; ///< OpenGL only: still current
};

/// The widget that shows the points, behind everything else of the view.
class ScatterSurface
{
public:
    virtual ~ScatterSurface() = default;
    virtual QWidget *widget() = 0;
    /// Lets `work` draw into the layers that stay, outside of painting. @return false when it cannot now
    virtual bool work(const std::function<void(PointPainter &)> &work) = 0;
    /// A picture of its own. Null when it cannot be made now.
    virtual QImage render(const PointFrame &frame, const std::function<void(PointPainter &)> &paint) = 0;
    virtual bool openGl() const = 0;
};

/// With OpenGL where it works, by the processor otherwise.
ScatterSurface *makeRasterSurface(QWidget *parent, SurfaceCalls calls);
ScatterSurface *makeGlSurface(QWidget *parent, SurfaceCalls calls);

} // namespace orrery
