// SPDX-License-Identifier: Apache-2.0
/// What the layers of network.h are made of.
#pragma once

#include "engine/models/attention.h"
#include "engine/models/diffusion/network.h"

namespace orrery::diffusion {

/// @param x  [B, C, H, W]    @param padding  on all four sides
at::Tensor convolution(const Weights &weights, const std::string &name, const at::Tensor &x, std::int64_t stride,
                       std::int64_t padding);
at::Tensor groupNorm(const Weights &weights, const std::string &name, const Layer &layer, const at::Tensor &x);
/// Group norm, then SiLU.
at::Tensor normActivation(const Weights &weights, const std::string &name, const Layer &layer, const at::Tensor &x);

/// Every cell looks at every cell. [B, C, H, W] → the same
Task<at::Tensor> cellAttention(StepPacer &pace, const Weights &weights, const Layer &layer, at::Tensor x);
/// Cells look at each other and at the words, one block after the other. [B, C, H, W] → the same
Task<at::Tensor> wordTransformer(StepPacer &pace, const Weights &weights, const Layer &layer, at::Tensor x,
                                 NetworkInputs inputs);

} // namespace orrery::diffusion
