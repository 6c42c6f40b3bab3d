// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSurfaceFormat>

namespace orrery {

/// Core profile 3.3, what all live views ask for.
QSurfaceFormat openGlFormat();
/// Whether such a context can be made here: not on Qt's "offscreen", nor with ORRERY_NO_OPENGL. Tried once.
bool openGlWorks();

} // namespace orrery
