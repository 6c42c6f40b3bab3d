// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/kernels.h"
#include "engine/maps/points.h"

#include <cstdint>
#include <vector>

namespace orrery::maps {

/// Cuts points into leaves of near ones: in two between the means of two clusters (two-means, Lloyd 1982, of a sample
/// at even distances), and each part again, until a part has at most kMostRows points. Leaves begin at multiples of
/// kPanel, so that panels of the distance kernel belong to one leaf. Draws nothing at random; the cuts do not depend on
/// threads. In steps of some ten milliseconds. Thread: engine.
class Partition
{
public:
    static constexpr std::int64_t kMostRows = 3 * kPanel;

    /// @param points  must live as long as this
    explicit Partition(const Points &points, const Kernels &kernels = maps::kernels());

    bool done() const { return m_large.empty() && m_nextSmall >= m_small.size(); }
    void step();
    double fraction() const;

    /// Rows in the order of the leaves, [N]; takes it away.
    std::vector<std::int32_t> takeOrder() { return std::move(m_order); }
    /// Where leaves begin in that order, ascending, and N. [leaves + 1]
    std::vector<std::int64_t> leaves() const;

private:
    struct Part
    {
        std::int64_t first = 0, last = 0;
    };
    std::int64_t cut(Part part, bool alone); ///< where the second half begins
    void divide(Part part, std::vector<std::int64_t> &begins);

    const Points &m_points;
    const Kernels &m_kernels;
    std::vector<std::int32_t> m_order;
    std::vector<Part> m_large, m_small; ///< large ones are cut by all threads together, small ones by one each
    std::size_t m_nextSmall = 0;
    std::int64_t m_cutRows = 0;                      ///< for the fraction
    std::vector<std::vector<std::int64_t>> m_begins; ///< of leaves, of each small part
};

} // namespace orrery::maps
