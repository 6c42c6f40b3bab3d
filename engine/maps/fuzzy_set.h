// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/maps.h"
#include "engine/maps/neighbour_union.h"
#include "engine/maps/neighbours.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace orrery::maps {

/// The fuzzy simplicial set of a UMAP map: how surely two points are connected, in [0, 1]. Source: McInnes, Healy,
/// Melville 2018, arXiv:1802.03426, algorithms 1 to 3.
struct FuzzySet : SymmetricRows
{
    std::vector<float> rhos;   ///< [N] distance to the nearest other point that is not the same
    std::vector<float> sigmas; ///< [N] how fast sureness falls beyond it
};

/// Classes of the points, for a supervised map. Pairs of different classes are exp(−2.5 / (1 − weight)) as sure as they
/// were, pairs with an unknown class exp(−1); then each point's surest connection becomes certain again and the rows
/// are united. Source: the categorical intersection of section 3.1 as umap-learn computes it.
struct Classes
{
    std::shared_ptr<const std::vector<std::int32_t>> of; ///< [N] −1: not known; null: no classes at all
    double weight = 0.5;                                 ///< in [0, 1]; 1: nothing connects different classes
};

/// A width is at least this share of the mean distance.
inline constexpr double kSmallestOfMean = 1e-3;
/// σ such that Σⱼ exp(−max(0, dⱼ − ρ) / σ) is log₂ k, to 1e-9 of it; no smaller than `smallest`. Source: McInnes,
/// Healy, Melville 2018, algorithm 3. @param distances  [others] ascending. @param k  neighbours, the point itself
/// counted
double smoothWidth(const float *distances, std::int64_t others, std::int64_t k, double rho, double smallest);

/// In steps of some ten milliseconds. Thread: engine.
class FuzzySetFit
{
public:
    /// @param metric  of the neighbours: distances are roots of their squares, or half of them (points.h)
    FuzzySetFit(Neighbours neighbours, Metric metric, Classes classes = {});

    bool done() const { return m_phase == Phase::Done; }
    void step();
    double fraction() const;
    FuzzySet take() { return std::move(m_result); }

private:
    enum class Phase
    {
        Distances,
        Widths,
        Union,
        Weaken,  ///< connections between classes
        Restore, ///< a certain connection for every point
        Done,
    };
    void distancesOf(std::int64_t i);
    void widthOf(std::int64_t i);
    void weakenRow(std::int64_t i);
    void restoreRow(std::int64_t i);
    void enter(Phase phase);

    Neighbours m_neighbours; ///< squares become distances
    Metric m_metric;
    Classes m_classes;
    Phase m_phase = Phase::Distances;
    std::int64_t m_next = 0;
    std::vector<double> m_sums; ///< of distances, by chunks
    double m_mean = 0;
    ChargedVector<float> m_value; ///< [N, k − 1]
    std::optional<NeighbourUnion> m_union;
    std::vector<float> m_surest; ///< [N]
    FuzzySet m_result;
};

/// Sets connections to zero that would be drawn less than once in so many iterations, as umap-learn does. One pass.
void dropUnlikely(SymmetricRows &rows, std::int64_t iterations);

} // namespace orrery::maps
