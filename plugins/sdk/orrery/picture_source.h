// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/picture.h"
#include "orrery/item.h"

namespace orrery {

/// Pixels as the engine takes them: composed on white, sRGB. A null image gives an empty picture.
Picture toPicture(const QImage &image);
/// The other way; shares nothing.
QImage toImage(const Picture &picture);
/// What a job reads of an item: its file when it has one (the engine decodes it on a helper thread, in full), else its
/// pixels.
PictureSource toSource(const Item &item);

} // namespace orrery
