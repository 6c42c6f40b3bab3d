// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace orrery::maps {

/// So many columns go through the same butterflies side by side.
constexpr std::int64_t kFftLanes = 16;

/// What the transform needs to know of a length 2^a 3^b 5^c: its factors and roots of unity.
struct FftTable
{
    std::int64_t length = 0;
    int factors = 0;
    int factor[24] = {};
    const float *cosine = nullptr; ///< [length] of exp(−2πi k / length)
    const float *sine = nullptr;
};

} // namespace orrery::maps
