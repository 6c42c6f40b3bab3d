// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace orrery::training {

class Composer;

/// A picture that no caption of Picture World fits, to learn what "unfamiliar" looks like without a single photograph:
/// fractal textures, landscapes of them, close-ups and heaps of drawings, stripes, under uneven light, some of them cut
/// out on plain ground. Depends on (seed, index) alone.
///
/// Source of the idea: Hendrycks et al. 2019, "Deep Anomaly Detection with Outlier Exposure", arXiv:1812.04606;
/// of the textures' spectrum 1/f: Field 1987, "Relations between the statistics of natural images".
/// @param size  edge in pixels
/// @return      RGB planes, `[3, size, size]`
/// Thread: any.
std::vector<std::uint8_t> strangePicture(const Composer &composer, std::uint64_t seed, std::uint64_t index, int size);

} // namespace orrery::training
