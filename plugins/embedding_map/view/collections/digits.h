// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/background.h"
#include "plugins/embedding_map/view/collections/collection.h"

namespace orrery {

inline constexpr int kDigitSide = 28; ///< pixels, as MNIST has them

/// The digits 0 to 9 in the fonts of this computer, about 2,000: each slightly turned, slanted and stretched by chance
/// of a fixed seed, then fitted into 20 × 20 pixels with its centre of mass in the middle, as MNIST does. Ink is 1,
/// paper 0. The same computer makes the same points. Facts: digit, typeface. Source: LeCun, Bottou, Bengio, Haffner
/// 1998, doi:10.1109/5.726791, section III.A, for how a digit lies in its square.
/// @throws Exception{NotFound} with the remedy where no font has digits.
/// Thread: any.
MapCollection drawDigits(const Outside &outside);

} // namespace orrery
