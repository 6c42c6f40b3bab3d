// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/item.h"
#include "orrery/picture_source.h"

namespace orrery::zero_shot {

/// A drawing is an item that the sketch pad may go on drawing.
bool isSketch(const Item &item);
Item sketchItem(const QImage &drawing);

} // namespace orrery::zero_shot
