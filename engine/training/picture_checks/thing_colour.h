// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_checks/found_things.h"

namespace orrery::training {

/// Which of namedColours a thing has: the one nearest to its mean colour, in CIE L*a*b*. Only where the drawing that it
/// was taken for is solid, so the ground that shows through a wheel does not count, and not along rims, where colours
/// mix with the ground and where an outline may lie.
/// @param sprite  straight RGBA of that drawing, `[64, 64, 4]`.
/// @param style   SceneStyle in which it is drawn; −1: none.
int colourOf(const CheckedPicture &picture, const FoundThing &thing, const std::array<float, 3> &ground,
             const std::uint8_t *sprite, int style);

} // namespace orrery::training
