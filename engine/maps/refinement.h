// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/neighbours.h"

#include <cstdint>

namespace orrery::maps {

/// Betters neighbours that were found in part: a neighbour of a neighbour is likely to be one, too (Dong, Charikar, Li
/// 2011, "Efficient k-nearest neighbor graph construction for generic similarity measures", section 2.2; here each
/// point asks for itself, from the lists as they were at the beginning of the round, so neither the order of the points
/// nor the threads matter). In steps of some ten milliseconds. Thread: engine.
class Refinement
{
public:
    /// @param points  must live as long as this    @param neighbours  of these points; bettered in place, as long
    /// @param width  so many neighbours of so many neighbours are looked at, at most
    Refinement(const Points &points, Neighbours &neighbours, std::int64_t width,
               const Kernels &kernels = maps::kernels());

    bool done() const { return m_next >= m_points.count; }
    void step();
    double fraction() const { return double(m_next) / double(m_points.count); }

private:
    void better(std::int64_t first, std::int64_t last);

    const Points &m_points;
    Neighbours &m_neighbours;
    const Kernels &m_kernels;
    std::int64_t m_width;
    ChargedVector<std::int32_t> m_before; ///< [N, width] the nearest, at the beginning
    std::int64_t m_copied = 0, m_next = 0;
};

} // namespace orrery::maps
