// SPDX-License-Identifier: Apache-2.0
/// How finished weights are kept: eight bits a number, or six.
///
/// Six because all the models that come with the program have 32 MB together. picture-clip, by whose figures everything
/// is judged, and picture-dvae, whose hash others name, keep eight. A row of a few hundred numbers about 0 reaches to
/// some 3.2 of its deviations, so a step is a tenth of a deviation and the error of a number, even over its step, 3 %
/// of it (a step over √12); eight bits err by 0.7 %.
#pragma once

#include "engine/models/weights.h"

#include <string>

namespace orrery::training {

enum class WeightBits
{
    Six,
    Eight,
};

/// One weight in few bits: row r of `values` times `scales[r]`.
struct QuantisedWeight
{
    at::Tensor values; ///< int8 of -31 … 31 or -127 … 127, the weight's own shape
    at::Tensor scales; ///< float [rows]
};

/// Uniform and symmetric, one scale for every index of the first dimension (an output channel), so that the error of a
/// number is at most half of its row's largest over 127, or over 31. Source: Krishnamoorthi 2018, arXiv:1806.08342,
/// sections 2.2 and 2.6; Jacob et al. 2018, arXiv:1712.05877, section 2.1, with zero point 0.
/// @param weight  float, at least one dimension
QuantisedWeight quantise(const at::Tensor &weight, WeightBits bits = WeightBits::Eight);

/// Whether writeQuantised keeps a weight in few bits: matrices and kernels; norms, biases and scales stay float32.
bool isQuantised(const at::Tensor &weight);

/// What the loader will read back: every quantised weight rounded, the others as they are.
Weights rounded(const Weights &weights, WeightBits bits = WeightBits::Eight);

/// Writes a model.safetensors: I8 entries with F32 "NAME.scale", or U8 entries as engine/models/six_bits.h describes;
/// the rest F32. Atomic.
/// @throws Exception{ModelFile} when the disk refuses.
void writeQuantised(const std::string &file, const Weights &weights, WeightBits bits = WeightBits::Eight);

} // namespace orrery::training
