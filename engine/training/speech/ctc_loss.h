// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace orrery::training {

/// How unlikely scores make a row of labels, whenever each of them is said: connectionist temporal classification,
/// divided by the number of labels (at least one). Differentiable. Zero, and no gradient, when there are too few frames
/// for the labels. Source: Graves et al. 2006, section 4.1.
/// @param scores  float [T, V], before the softmax  @param labels  1 … V − 1; 0 is the blank
/// @return  a single number
at::Tensor ctcLoss(const at::Tensor &scores, const std::vector<int> &labels);

/// The likeliest letter of every frame, repeats and then blanks (0) taken out (section 3.2).
/// @param scores  float [T, V]
std::vector<int> bestLabels(const at::Tensor &scores);

} // namespace orrery::training
