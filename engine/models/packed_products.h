// SPDX-License-Identifier: Apache-2.0
/// Weights in the order in which oneDNN reads them. A plain weight is put into that order at every product, which takes
/// up to half of the time where few rows or cells meet many weights (1,280 channels at 8 × 8 cells), and bits of a
/// packed one do not depend on the number of threads (those of a plain convolution of 1 × 1 do; both measured with
/// LibTorch 2.11 on an EPYC, Zen 4).
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/models/weights.h"

#include <functional>
#include <string>

namespace orrery {

/// The weight as packedProduct and packedConvolution take it, [out, in] or [out, in, h, w], float32 or bfloat16. It is
/// opaque: it has sizes, and nothing but those two can read it. Unchanged on a GPU, in other types and shapes, and
/// where LibTorch was built without oneDNN. Thread: any.
at::Tensor packed(const at::Tensor &weight);

/// Packs those weights that `which` names. Yields between them. Thread: engine.
Task<> pack(EngineScope &scope, Weights &weights, std::function<bool(const std::string &name)> which);

bool isPacked(const at::Tensor &weight);

/// x · weightᵀ + bias. @param x  [..., in] in the type of the weight   @param bias  [out] or undefined   @return [...,
/// out]
at::Tensor packedProduct(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias);

/// As at::conv2d. @param x  [B, in, H, W] in the type of the weight   @param bias  [out] or undefined
/// @return [B, out, H', W'], channels last
at::Tensor packedConvolution(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias, std::int64_t stride,
                             std::int64_t padding);

} // namespace orrery
