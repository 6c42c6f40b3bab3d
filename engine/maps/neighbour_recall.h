// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/neighbours.h"

#include <cstdint>
#include <vector>

namespace orrery::maps {

/// Some of `count` rows, drawn by the seed; one may be drawn twice. @param stream  Generator's
std::vector<std::int64_t> drawnRows(std::int64_t some, std::int64_t count, std::uint64_t seed, std::uint32_t stream);

/// Share of the true neighbours among those that were found, on kRows rows drawn by the seed: those count that are no
/// further than the true furthest one. In steps. Thread: engine.
class RecallEstimate
{
public:
    static constexpr std::int64_t kRows = 256;

    /// @param points, found  must live as long as this
    RecallEstimate(const Points &points, const Neighbours &found, std::uint64_t seed,
                   const Kernels &kernels = maps::kernels());

    bool done() const { return m_search.done(); }
    void step() { m_search.step(); }
    double fraction() const { return m_search.fraction(); }
    double recall();

private:
    const Neighbours &m_found;
    std::vector<std::int64_t> m_rows;
    NeighbourSearch m_search;
};

} // namespace orrery::maps
