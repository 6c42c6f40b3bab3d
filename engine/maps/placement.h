// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/maps.h"
#include "engine/maps/neighbour_union.h"
#include "engine/maps/neighbours.h"

#include <vector>

namespace orrery::maps {

/// How surely new points are connected to those of a UMAP map: as its fuzzy set, but nothing is certain, since the
/// nearest of the old points need not be near (ρ = 0). Source: umap-learn's `transform`. In steps. Thread: engine.
class PlacementFit
{
public:
    /// @param nearest  [M, k] of the old points, to each new one
    /// @param metric  of the distances: roots of squares, or half of them (points.h)
    PlacementFit(Neighbours nearest, Metric metric);

    bool done() const { return m_phase == Phase::Done; }
    void step();
    /// M rows that lead to old points; not symmetric
    SymmetricRows take() { return std::move(m_rows); }

private:
    enum class Phase
    {
        Distances,
        Widths,
        Done,
    };
    void distancesOf(std::int64_t i);
    void connect(std::int64_t i);

    Neighbours m_nearest; ///< squares become distances
    Metric m_metric;
    Phase m_phase = Phase::Distances;
    std::int64_t m_next = 0;
    std::vector<double> m_sums; ///< of distances, by chunks
    double m_mean = 0;
    SymmetricRows m_rows;
};

/// Where new points start: the mean of the old points by sureness, or the place of one that is the same. [M, 2]
/// @param rows  of PlacementFit. @param map  [N, 2]
std::vector<float> placesAmong(const SymmetricRows &rows, const std::vector<float> &map);

} // namespace orrery::maps
