// SPDX-License-Identifier: Apache-2.0
/// How finished weights are kept: eight bits a number.
#pragma once

#include "engine/models/weights.h"

#include <string>

namespace orrery::training {

/// One weight in eight bits: row r of `values` times `scales[r]`.
struct QuantisedWeight
{
    at::Tensor values; ///< int8, the weight's own shape
    at::Tensor scales; ///< float [rows]
};

/// Symmetric, one scale for every index of the first dimension (an output channel), so that the error of a number is at
/// most half of its row's largest over 127. Source: Jacob et al. 2018, arXiv:1712.05877, section 2.1, with zero point
/// 0.
/// @param weight  float, at least one dimension
QuantisedWeight quantise(const at::Tensor &weight);

/// Whether writeQuantised keeps a weight in eight bits: matrices and kernels; norms, biases and scales stay float32.
bool isQuantised(const at::Tensor &weight);

/// What the loader will read back: every quantised weight rounded, the others as they are.
Weights rounded(const Weights &weights);

/// Writes a model.safetensors: I8 entries with F32 "NAME.scale", the rest F32. Atomic.
/// @throws Exception{ModelFile} when the disk refuses.
void writeQuantised(const std::string &file, const Weights &weights);

} // namespace orrery::training
