// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/timeline/internal/timeline_pen.h"

#include <QWidget>

#include <functional>

namespace orrery {

struct CanvasCalls
{
    std::function<void(TimelinePen &)> paint;
    std::function<void()> presented; ///< what was painted is on screen
};

/// The widget that shows a timeline, behind everything else of the view. With OpenGL where it works, by the processor
/// otherwise. Owned by its parent.
QWidget *makeTimelineCanvas(QWidget *parent, bool openGl, CanvasCalls calls);

} // namespace orrery
