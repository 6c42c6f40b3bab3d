// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/kernels.h"
#include "engine/maps/points.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace orrery::maps {

/// The k nearest other points of every point, nearest first; equal distances in the order of the rows.
struct Neighbours
{
    std::int64_t count = 0; ///< N
    std::int64_t k = 0;
    std::vector<std::int32_t> index;    ///< [N, k]
    std::vector<float> squaredDistance; ///< [N, k]
};

/// Exact nearest neighbours by blocked products: |a − b|² = |a|² + |b|² − 2 a·b finds candidates, and the distance
/// itself, computed from the difference, orders them. In steps of some ten milliseconds. The blocks have fixed shapes
/// and every point is compared in the same order, so bits do not depend on threads. Thread: engine.
class NeighbourSearch
{
public:
    /// @param points  must live as long as this, centred (points.h) for accuracy    @param k  in [1, N − 1]
    NeighbourSearch(const Points &points, std::int64_t k, const Kernels &kernels = maps::kernels());

    bool done() const { return m_firstQuery >= m_points.count; }
    void step();
    double fraction() const;
    Neighbours take() { return std::move(m_result); }

private:
    void begin();
    void compare(std::int64_t tile, std::int64_t firstPanel, std::int64_t lastPanel);
    void finish(std::int64_t tile);
    void prune(Candidates &list) const;

    const Points &m_points;
    const Kernels &m_kernels;
    std::int64_t m_kept = 0;     ///< candidates a query: some more than k, since products round
    std::int64_t m_capacity = 0; ///< of a list
    std::int64_t m_panels = 0, m_panelsAStep = 0;
    std::vector<float> m_packed; ///< [panels][D][kPanel]
    std::vector<float> m_norms;  ///< [panels × kPanel]
    std::int64_t m_firstQuery = 0, m_nextPanel = 0;
    std::vector<float> m_queries;            ///< [tiles][D][kQueries], times −2
    std::unique_ptr<std::uint64_t[]> m_keys; ///< of all lists; not cleared: filling it would be the longest step
    std::vector<Candidates> m_lists;
    Neighbours m_result;
};

} // namespace orrery::maps
