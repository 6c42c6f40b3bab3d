// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/picture.h"

#include <ATen/core/Tensor.h>

namespace orrery {

/// The pixels of a picture as an array of its own.
///
/// @return  RGB in [0, 255]; uint8 [3, H, W]; CPU.
/// @throws  Exception{BadInput} when the buffer does not hold height × width × 3 bytes.
/// Thread: engine.
at::Tensor toTensor(const Picture &picture);

} // namespace orrery
