// SPDX-License-Identifier: Apache-2.0
/// The loops themselves, for one instruction set. Included once by each kernels_*.cpp, and by nothing else.
#pragma once

#include "engine/maps/kernels.h"
#include "engine/maps/vector.h"

namespace orrery::maps {
namespace {

#if defined(__AVX512F__)
constexpr int kRegisterQueries = 12; // × 2 vectors: 24 of 32 registers hold sums
#else
constexpr int kRegisterQueries = 6; // 12 of 16
#endif

void appendNear(const float *queries, const float *panels, const float *norms, std::int64_t dimensions,
                std::int64_t panelCount, std::int64_t firstIndex, Candidates *lists)
{
    for (std::int64_t panel = 0; panel < panelCount; ++panel)
        for (int half = 0; half < kPanel; half += 2 * kLanes) {
            const float *candidate = panels + panel * dimensions * kPanel + half;
            const float *norm = norms + panel * kPanel + half;
            const std::int64_t index = firstIndex + panel * kPanel + half;
            for (int first = 0; first < kQueries; first += kRegisterQueries) {
                // Every loop over queries is unrolled, so that the sums stay in registers.
                Vector low[kRegisterQueries], high[kRegisterQueries];
#pragma GCC unroll 12
                for (int q = 0; q < kRegisterQueries; ++q) {
                    low[q] = load(norm);
                    high[q] = load(norm + kLanes);
                }
                for (std::int64_t k = 0; k < dimensions; ++k) {
                    const Vector a = load(candidate + k * kPanel), b = load(candidate + k * kPanel + kLanes);
#pragma GCC unroll 12
                    for (int q = 0; q < kRegisterQueries; ++q) {
                        const Vector x = all(queries[k * kQueries + first + q]);
                        low[q] = mulAdd(x, a, low[q]);
                        high[q] = mulAdd(x, b, high[q]);
                    }
                }
                float distances[kRegisterQueries][2 * kLanes];
                std::uint64_t near[kRegisterQueries];
#pragma GCC unroll 12
                for (int q = 0; q < kRegisterQueries; ++q) {
                    const Vector bound = all(lists[first + q].bound);
                    near[q] = notAbove(low[q], bound) | std::uint64_t(notAbove(high[q], bound)) << kLanes;
                    store(distances[q], low[q]);
                    store(distances[q] + kLanes, high[q]);
                }
                for (int q = 0; q < kRegisterQueries; ++q) {
                    Candidates &list = lists[first + q];
                    for (std::uint64_t left = near[q]; left != 0; left &= left - 1) {
                        const int lane = __builtin_ctzll(left);
                        list.keys[list.count++] =
                            std::uint64_t(sortable(distances[q][lane])) << 32 | std::uint32_t(index + lane);
                    }
                }
            }
        }
}

float squaredDistance(const float *a, const float *b, std::int64_t dimensions)
{
    Vector sum = all(0);
    std::int64_t k = 0;
    for (; k + kLanes <= dimensions; k += kLanes) {
        const Vector difference = sub(load(a + k), load(b + k));
        sum = mulAdd(difference, difference, sum);
    }
    float rest = 0;
    for (; k < dimensions; ++k) {
        const float difference = a[k] - b[k];
        rest += difference * difference;
    }
    return sumOf(sum) + rest;
}

} // namespace
} // namespace orrery::maps
