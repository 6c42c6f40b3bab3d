// SPDX-License-Identifier: Apache-2.0
/// Means over neighbours, for one instruction set. Included once by each kernels_*.cpp, and by nothing else.
#pragma once

#include "engine/maps/kernels.h"

#include <cstdint>

namespace orrery::maps {
namespace {

/// A row of kColumns numbers.
using Row = float __attribute__((vector_size(4 * kColumns), aligned(4)));

void averageRows(const float *in, AffinityRows graph, const float *perDegree, std::int64_t first, std::int64_t last,
                 float scale, float shift, const float *before, float *out)
{
    const Row *rows = reinterpret_cast<const Row *>(in);
    for (std::int64_t i = first; i < last; ++i) {
        Row a{}, b{};                                                           // two sums hide the latency of one
        for (std::int64_t e = graph.first[i]; e < graph.first[i + 1]; e += 2) { // rows are filled up to kRowMultiple
            a += graph.value[e] * rows[graph.index[e]];
            b += graph.value[e + 1] * rows[graph.index[e + 1]];
        }
        Row result = scale * perDegree[i] * (a + b) + shift * rows[i];
        if (before)
            result -= reinterpret_cast<const Row *>(before)[i];
        reinterpret_cast<Row *>(out)[i] = result;
    }
}

} // namespace
} // namespace orrery::maps
