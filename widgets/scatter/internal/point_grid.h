// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/scatter_view.h"

#include <QRectF>

namespace orrery {

/// Rows in an order that has nothing to do with them, so that the first thousand are a fair sample and no class always
/// lies on top. The same for the same count.
using PointOrder = std::shared_ptr<const std::vector<std::uint32_t>>; // [N]
PointOrder shuffledOrder(std::int64_t count);

/// The rectangle around all finite points; null without any.
QRectF boundsOf(const std::vector<float> &positions);

/// Points by the cell of a regular grid they lie in, those of a cell in shuffled order: which one is nearest, which are
/// in view, and a fair sample of these. Points that are not finite are in no cell. Thread: any; it never changes.
class PointGrid
{
public:
    PointGrid(ScatterPositions positions, PointOrder order);

    const ScatterPositions &positions() const { return m_positions; }
    const QRectF &bounds() const { return m_bounds; }
    std::int64_t count() const { return static_cast<std::int64_t>(m_ranks.size()); } ///< finite points

    /// Mean distance between neighbours, were they spread evenly over the cells that hold any.
    double spacing() const { return m_spacing; }

    /// @return the row nearest to `at`, at most `within` away; −1: none
    std::int64_t nearest(const QPointF &at, double within) const;
    /// The row that is nearest in a direction: within 45 degrees of it, sideways counting twice. −1: none.
    std::int64_t nearestTowards(std::int64_t from, const QPointF &direction) const;
    /// How many points lie in the cells that `region` touches.
    std::int64_t countIn(const QRectF &region) const;
    /// At most `atMost` rows of the cells that `region` touches, all of them where they are no more; of more, a fair
    /// sample that hardly changes while the region moves.
    void sample(const QRectF &region, std::int64_t atMost, std::vector<std::uint32_t> &rows) const;
    /// Calls with every row of the cells that `region` touches until it returns false.
    void visit(const QRectF &region, const std::function<bool(std::uint32_t row)> &visitor) const;

private:
    struct Range
    {
        int left, right, bottom, top;
    };
    Range cells(const QRectF &region) const;
    QPointF at(std::int64_t row) const { return {(*m_positions)[2 * row], (*m_positions)[2 * row + 1]}; }

    ScatterPositions m_positions;
    PointOrder m_order;
    QRectF m_bounds;
    double m_cell = 1, m_spacing = 1;
    int m_columns = 0, m_rows = 0;
    std::vector<std::uint32_t> m_starts; ///< [cells + 1], into m_ranks
    std::vector<std::uint32_t> m_ranks;  ///< places in m_order, cell by cell, ascending in each
};

} // namespace orrery
