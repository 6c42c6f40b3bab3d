// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace orrery::maps {

/// Squared distance (not negative, so its bits sort as it does) and row as one number that sorts by the one and then by
/// the other.
inline std::uint64_t keyOf(float squaredDistance, std::int64_t row)
{
    return std::uint64_t(std::bit_cast<std::uint32_t>(squaredDistance)) << 32 | std::uint32_t(row);
}
inline float squareOf(std::uint64_t key)
{
    return std::bit_cast<float>(std::uint32_t(key >> 32));
}
inline std::int64_t rowOf(std::uint64_t key)
{
    return std::int64_t(std::uint32_t(key));
}

/// The k smallest, sorted. @param k  at least 1, at most as many as there are
inline std::vector<std::uint64_t> smallest(std::vector<std::uint64_t> keys, std::int64_t k)
{
    std::nth_element(keys.begin(), keys.begin() + k - 1, keys.end());
    keys.resize(std::size_t(k));
    std::sort(keys.begin(), keys.end());
    return keys;
}

} // namespace orrery::maps
