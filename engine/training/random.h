// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

namespace orrery::training {

/// One step of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
constexpr std::uint64_t mix(std::uint64_t z)
{
    z += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/// Numbers that depend on (seed, index) alone, so that sample 7,000 is the same whoever makes it and when.
class Random
{
public:
    Random(std::uint64_t seed, std::uint64_t index) : m_key(mix(mix(seed) ^ mix(~index))) {}

    std::uint64_t next() { return mix(m_key + 0xD1342543DE82EF95ULL * ++m_counter); }
    /// In [0, 1).
    float uniform() { return static_cast<float>(next() >> 40) * 0x1p-24f; }
    float uniform(float low, float high) { return low + (high - low) * uniform(); }
    /// In [0, n).
    int below(int n) { return static_cast<int>((next() >> 32) * static_cast<std::uint64_t>(n) >> 32); }
    bool chance(float probability) { return uniform() < probability; }
    /// About normal, bounded by ±3.5: the sum of four uniforms, scaled to variance 1.
    float normal() { return (uniform() + uniform() + uniform() + uniform() - 2.0f) * 1.7320508f; }

private:
    std::uint64_t m_key;
    std::uint64_t m_counter = 0;
};

} // namespace orrery::training
