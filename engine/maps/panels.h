// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/kernels.h"
#include "engine/runtime/charged_vector.h"

#include <cstdint>

namespace orrery::maps {

/// Candidates as the distance kernel wants them: panels of kPanel points, their coordinates side by side. Filled piece
/// by piece, since a million points take longer than a step may.
struct Panels
{
    std::int64_t dimensions = 0, count = 0; ///< panels so far
    ChargedVector<float> packed;            ///< [panels][D][kPanel]
    ChargedVector<float> norms;             ///< [panels × kPanel] |c|²; infinite where the last panel is padded

    /// @param points  so many will come at most: room is made for them    @param d  their dimensions
    void begin(std::int64_t points, std::int64_t d);
    /// After this the count is a whole number of panels: give multiples of kPanel, but for the last rows. @param rows
    /// [n, D]
    void append(const float *rows, std::int64_t n);
};

/// Up to kQueries points as the distance kernel wants them: [D][kQueries], times −2.
template <class Row>
void packQueries(std::int64_t dimensions, const Row &row, float *to)
{
    for (std::int64_t q = 0; q < kQueries; ++q) {
        const float *point = row(q);
        for (std::int64_t c = 0; c < dimensions; ++c)
            to[c * kQueries + q] = -2 * point[c];
    }
}

/// Keeps the `kept` nearest of a list and lowers its bound to the furthest of them.
void prune(Candidates &list, std::int64_t kept);

/// So many candidates more than neighbours are kept until the distances themselves are computed: products round.
constexpr std::int64_t kSlack = 16;

/// The distances themselves, from the differences: replaces the keys of a list by those that `keyOf` gives for
/// (distance, row) without the point itself, sorted. @param self  its row; −1: it is none of the rows
/// @return how many there are
std::int64_t measure(Candidates &list, const Kernels &kernels, const float *point, const float *rows,
                     std::int64_t dimensions, std::int64_t self);

} // namespace orrery::maps
