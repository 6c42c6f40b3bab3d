// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/maps.h"
#include "engine/maps/neighbour_union.h"
#include "engine/maps/umap_curve.h"
#include "engine/maps/umap_slices.h"

#include <vector>

namespace orrery::maps {

struct UmapSettings
{
    UmapCurve curve;
    std::int64_t iterations = 200; ///< steps shrink linearly towards the last of them
    std::int64_t negatives = 5;    ///< points pushed away for every connection drawn
    std::uint64_t seed = 0;
    double firstStep = 1;
    const std::vector<float> *anchors = nullptr; ///< [M, 2]: rows lead to these points, which stay where they are
};

/// Stochastic gradient descent on the cross-entropy of the fuzzy sets. Source: McInnes, Healy, Melville 2018, algorithm
/// 5 and section 3.2. The same bits for any number of threads: a point gathers what moves it, in an order of its own,
/// while others read where it was; blocks of points (umap_slices.h) take turns within an iteration. Numbers are a
/// function of seed, iteration and place. Stands still at any iteration; what `state` gives and the constructor takes
/// back goes on to the same bits. Thread: engine.
class UmapOptimiser
{
public:
    /// @param rows  connections, without those too rare to be drawn (dropUnlikely); must live as long as this
    /// @param state  positions; of M points, when rows lead to anchors
    UmapOptimiser(const SymmetricRows &rows, OptimiserState state, const UmapSettings &settings,
                  const Kernels &kernels = maps::kernels());

    /// A part of an iteration, some ten milliseconds; a whole one where there are few points. The first ones prepare.
    void step();
    std::int64_t iteration() const { return m_iteration; } ///< finished ones
    bool betweenIterations() const { return m_block == 0; }
    OptimiserState state() const;

    /// Cross-entropy of the present positions as the optimiser draws it, a mean over connections by weight: −log v of a
    /// connection, and −log(1 − v) of each of `negatives` points drawn with it; v as fitCurve says. `beginLoss`,
    /// `lossStep` (some ten milliseconds) until `lossDone`, then `loss`. Not for anchors.
    void beginLoss();
    bool lossDone() const { return m_lossNext >= m_rows.count; }
    void lossStep();
    double loss() const;

private:
    static constexpr std::int64_t kBlocks = 16;
    void arrange();
    void moveBlock(std::int64_t block);

    const SymmetricRows &m_rows;
    UmapSettings m_settings;
    const Kernels &m_kernels;
    UmapSlices m_slices;
    bool m_arranged = false;
    std::int64_t m_iteration = 0, m_block = 0;
    std::vector<float> m_given;       ///< [N, 2] by rows, until they are arranged
    std::vector<float> m_at, m_moved; ///< [N + kRun, 2] by places; the end is the beginning again
    std::vector<float> m_anchors;     ///< the same of the anchors
    std::int64_t m_lossNext = 0;
    std::vector<float> m_lossAt;     ///< [N, 2] by rows
    std::vector<double> m_lossParts; ///< sum and weight, by chunks
};

} // namespace orrery::maps
