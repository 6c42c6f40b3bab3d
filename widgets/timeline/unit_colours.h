// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>

namespace orrery {

/// The colour of a unit: the same for the same unit everywhere, and far apart for numbers near each other. With
/// hundreds of units two may look alike, so neighbours are parted by a line and a number says which it is.
QColor unitColour(int unit);
/// Black or white, whichever can be read upon it.
QColor textOn(const QColor &ground);

} // namespace orrery
