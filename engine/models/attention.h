// SPDX-License-Identifier: Apache-2.0
/// Pieces that transformers of our own are made of; published architectures keep their own names and files.
/// Source: Vaswani et al. 2017, arXiv:1706.03762. Letters: B batch, T positions, D width, H heads.
#pragma once

#include "engine/models/weights_loader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::attention {

/// `prefix` + ".weight" and ".bias" (where there is one) applied to the last dimension.
at::Tensor linear(const Weights &weights, const std::string &prefix, const at::Tensor &x);
at::Tensor layerNorm(const Weights &weights, const std::string &prefix, const at::Tensor &x);

/// [B, T, D] → [B, H, T, D / H], and back.
at::Tensor splitHeads(const at::Tensor &x, std::int64_t heads);
at::Tensor joinHeads(const at::Tensor &x);

/// `prefix`.fc2 of GELU of `prefix`.fc1. [B, T, D] → [B, T, D]
at::Tensor perceptron(const Weights &weights, const std::string &prefix, const at::Tensor &x);

void expectLinear(std::vector<ExpectedWeight> &all, const std::string &name, std::int64_t out, std::int64_t in);
void expectNorm(std::vector<ExpectedWeight> &all, const std::string &name, std::int64_t width);
/// norm1, qkv, out, norm2, fc1, fc2 of a pre-norm block whose perceptron is four times as wide.
void expectBlock(std::vector<ExpectedWeight> &all, const std::string &name, std::int64_t width);

} // namespace orrery::attention
