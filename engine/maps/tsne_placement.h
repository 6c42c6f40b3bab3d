// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/neighbours.h"

#include <cstdint>
#include <vector>

namespace orrery::maps {

/// Finds places for new points on a t-SNE map that stays: each starts at the median of its nearest points of the map
/// and goes down the gradient of its own divergence, over the points of the map alone, so new points do not see each
/// other and neither their number nor their order matters. Source: Poličar, Stražar, Zupan 2021, "Embedding to
/// reference t-SNE space", doi:10.1007/s10994-021-06043-1, and openTSNE's settings. In steps of some ten milliseconds.
/// Thread: engine.
class TsnePlacement
{
public:
    static constexpr double kPerplexity = 5; ///< so few neighbours, that a point finds its own place
    static constexpr std::int64_t kIterations = 250;

    /// @param nearest  [M, k] of the old points, to each new one    @param map  [N, 2]; must live as long as this
    TsnePlacement(Neighbours nearest, const std::vector<float> &map, std::int64_t iterations = kIterations,
                  const Kernels &kernels = maps::kernels());

    bool done() const { return m_iteration >= m_iterations || m_nearest.count == 0; }
    void step();
    double fraction() const;
    const std::vector<float> &positions() const { return m_positions; } ///< [M, 2]

private:
    void move(std::int64_t first, std::int64_t last);

    Neighbours m_nearest;
    const std::vector<float> &m_map;
    std::int64_t m_iterations;
    const Kernels &m_kernels;
    std::vector<float> m_x, m_y;  ///< of the map, padded
    std::vector<double> m_shares; ///< [M, k] p(j|i)
    std::vector<float> m_positions, m_updates, m_gains, m_force, m_mass;
    std::int64_t m_iteration = 0, m_next = 0;
};

} // namespace orrery::maps
