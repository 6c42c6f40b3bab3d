// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/weights_loader.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace orrery::training {

/// Weights to begin with, float32 on the CPU, without gradients: norms are one, biases zero, matrices and kernels
/// normal with a deviation of 1 / √(what a number of the result sums over). The same seed gives the same bits.
/// @param deviations  for weights that begin otherwise, by name or by the end of it (".out.weight"); 0: all zero
Weights freshWeights(const std::vector<ExpectedWeight> &expected, std::uint64_t seed,
                     const std::map<std::string, double> &deviations);

/// The same for a transformer with pre-norm over tokens or units: tables at 0.1, a head that begins with hardly a
/// preference, and small products at the end of every block, which are added to the stream by all of them. Source:
/// Radford et al. 2019, GPT-2, section 2.3.
Weights freshTransformer(const std::vector<ExpectedWeight> &expected, std::uint64_t seed, std::int64_t width,
                         std::int64_t layers);

} // namespace orrery::training
