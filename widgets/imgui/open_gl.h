// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSurfaceFormat>

namespace orrery {

/// Core profile 3.3, what all live views ask for.
QSurfaceFormat openGlFormat();
/// Whether such a context can be made here: not on Qt's "offscreen", nor with ORRERY_NO_OPENGL. Tried once.
bool openGlWorks();
/// Whether it is the graphics card that draws. Where the processor only plays one (llvmpipe), QPainter draws a few
/// lines and pictures several times as fast and leaves the processor to the models. ORRERY_SOFTWARE_OPENGL: never mind.
bool openGlIsFast();

} // namespace orrery
