// SPDX-License-Identifier: Apache-2.0
/// The innermost loops, compiled once per instruction set and chosen when the program runs. Their files include nothing
/// of the standard library that has code: an inline function compiled for AVX-512 must not become everybody's.
#pragma once

#include <cstdint>

namespace orrery::maps {

constexpr std::int64_t kPanel = 32;   ///< candidates that a panel holds: [D][kPanel]
constexpr std::int64_t kQueries = 12; ///< queries that the distance kernel takes at once

/// Pairs (distance, index) in one number that sorts by distance and then by index.
struct Candidates
{
    std::uint64_t *keys = nullptr;
    std::int64_t count = 0;
    float bound = 0; ///< larger ones do not matter
};

struct Kernels
{
    const char *name;

    /// What |c|² − 2 q·c says about every pair of kQueries queries and the candidates of some panels: those not above a
    /// query's bound are appended to its list. The caller leaves room for all of them.
    /// @param queries  [D][kQueries], times −2    @param panels  [panels][D][kPanel]
    /// @param norms    [panels × kPanel] |c|²; infinite where a panel is padded
    void (*appendNear)(const float *queries, const float *panels, const float *norms, std::int64_t dimensions,
                       std::int64_t panelCount, std::int64_t firstIndex, Candidates *lists);

    /// |a − b|², summed in an order that depends on nothing but D.
    float (*squaredDistance)(const float *a, const float *b, std::int64_t dimensions);
};

/// The best that this processor can run.
const Kernels &kernels();
/// By name ("sse2", "avx2", "avx512"), for tests and for measuring. @return null when this processor lacks it
const Kernels *kernelsNamed(const char *name);

namespace detail {
const Kernels &kernelsSse2();
const Kernels &kernelsAvx2();
const Kernels &kernelsAvx512();
} // namespace detail

} // namespace orrery::maps
