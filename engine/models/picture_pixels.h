// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/picture.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace orrery {

/// @param pixels  float [1, 3, H, W] in [−1, 1]; what lies beyond is cut
Picture toPicture(const at::Tensor &pixels);

/// Whether nothing stands out from its ground: the picture is of one colour, but for what a decoder adds.
bool isBlank(const Picture &picture);

/// @return float [1, 3, height, width] in [−1, 1], on the CPU; resized where the picture has another size.
/// @throws Exception{BadInput} for an empty picture, or one of another shape than its buffer.
at::Tensor toPixels(const Picture &picture, int width, int height);

/// How white it is: float [1, 1, height, width] in [0, 1], on the CPU.
at::Tensor toMask(const Picture &mask, int width, int height);

} // namespace orrery
