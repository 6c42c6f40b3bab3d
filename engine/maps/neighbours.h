// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/panels.h"
#include "engine/maps/points.h"
#include "engine/runtime/charged_vector.h"
#include "engine/runtime/memory.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace orrery::maps {

/// The k nearest other points of every point, nearest first; equal distances in the order of the rows.
struct Neighbours
{
    std::int64_t count = 0; ///< N
    std::int64_t k = 0;
    ChargedVector<std::int32_t> index;    ///< [N, k]
    ChargedVector<float> squaredDistance; ///< [N, k]

    /// Room for all rows is asked for at once and filled as it is needed: to touch it all would be the longest step.
    void reserve();
    void growTo(std::int64_t rows);
    void keep(std::int64_t row, const std::uint64_t *keys); ///< keys: ranked.h, [k] sorted
};

/// Exact nearest neighbours by blocked products: |a − b|² = |a|² + |b|² − 2 a·b finds candidates, and the distance
/// itself, computed from the difference, orders them. In steps of some ten milliseconds. The blocks have fixed shapes
/// and every point is compared in the same order, so bits do not depend on threads. Thread: engine.
class NeighbourSearch
{
public:
    /// @param points  must live as long as this, centred (points.h) for accuracy    @param k  in [1, N − 1]
    /// @param rows  whose neighbours are wanted, in the order of the answer; empty: all rows
    /// @param panels  of the points, when there are some already; must live as long as this
    NeighbourSearch(const Points &points, std::int64_t k, const Kernels &kernels = maps::kernels(),
                    std::vector<std::int64_t> rows = {}, const Panels *panels = nullptr);

    /// The nearest of `points` to each of other points. @param asked  must live as long as this, centred as `points`
    /// are
    /// @param k  in [1, N]
    NeighbourSearch(const Points &asked, const Points &points, std::int64_t k,
                    const Kernels &kernels = maps::kernels());

    NeighbourSearch(const NeighbourSearch &) = delete;
    NeighbourSearch &operator=(const NeighbourSearch &) = delete;

    bool done() const { return m_firstQuery >= m_count; }
    void step();
    double fraction() const;
    Neighbours take() { return std::move(m_result); }

private:
    void begin();
    void compare(std::int64_t tile, std::int64_t firstPanel, std::int64_t lastPanel);
    void finish(std::int64_t tile);
    std::int64_t rowAt(std::int64_t query) const; ///< of m_asked
    void plan();
    void pack();

    const Points &m_asked;
    const Points &m_points;
    const Kernels &m_kernels;
    std::vector<std::int64_t> m_rows;
    std::int64_t m_count; ///< of queries
    Panels m_ownPanels;
    const Panels &m_panels;
    std::int64_t m_kept = 0;     ///< candidates a query: some more than k, since products round
    std::int64_t m_capacity = 0; ///< of a list
    std::int64_t m_panelsAStep = 0;
    std::int64_t m_firstQuery = 0, m_nextPanel = 0;
    ChargedVector<float> m_queries;          ///< [tiles][D][kQueries], times −2
    MemoryCharge m_keysCharge;               ///< of m_keys
    std::unique_ptr<std::uint64_t[]> m_keys; ///< of all lists; not cleared: filling it would be the longest step
    std::vector<Candidates> m_lists;
    Neighbours m_result;
};

} // namespace orrery::maps
