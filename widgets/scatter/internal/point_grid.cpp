// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/point_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace orrery {

namespace {

constexpr int kPointsPerCell = 12; // of those cells that hold any, rather more
constexpr int kMostCellsASide = 512;

} // namespace

PointOrder shuffledOrder(std::int64_t count)
{
    auto order = std::make_shared<std::vector<std::uint32_t>>(static_cast<std::size_t>(count));
    std::iota(order->begin(), order->end(), 0u);
    std::uint64_t state = 0x9E3779B97F4A7C15ull;
    for (std::int64_t i = count - 1; i > 0; --i) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17; // Marsaglia 2003, xorshift
        std::swap((*order)[i], (*order)[((state >> 32) * static_cast<std::uint64_t>(i + 1)) >> 32]);
    }
    return order;
}

QRectF boundsOf(const std::vector<float> &positions)
{
    constexpr float kFar = std::numeric_limits<float>::max();
    float left = kFar, right = -kFar, bottom = kFar, top = -kFar;
    for (std::size_t i = 0; i + 1 < positions.size(); i += 2) {
        const float x = positions[i], y = positions[i + 1];
        if (!std::isfinite(x) || !std::isfinite(y))
            continue;
        left = std::min(left, x), right = std::max(right, x);
        bottom = std::min(bottom, y), top = std::max(top, y);
    }
    if (left > right)
        return {};
    // Never null where there is a point, however alike all of them are.
    const double floor = 1e-6 * std::max({1.0, std::fabs(double(left)), std::fabs(double(bottom))});
    return {left, bottom, std::max(double(right) - left, floor), std::max(double(top) - bottom, floor)};
}

PointGrid::PointGrid(ScatterPositions positions, PointOrder order)
    : m_positions(std::move(positions)), m_order(std::move(order)), m_bounds(boundsOf(*m_positions))
{
    const auto count = static_cast<std::int64_t>(m_order->size());
    if (m_bounds.isNull() || count == 0) {
        m_starts.assign(1, 0);
        return;
    }
    const double wanted = std::max(1.0, double(count) / kPointsPerCell);
    m_cell = std::sqrt(m_bounds.width() * m_bounds.height() / wanted);
    m_cell = std::max(m_cell, std::max(m_bounds.width(), m_bounds.height()) / kMostCellsASide);
    m_columns = std::clamp(static_cast<int>(m_bounds.width() / m_cell) + 1, 1, kMostCellsASide + 1);
    m_rows = std::clamp(static_cast<int>(m_bounds.height() / m_cell) + 1, 1, kMostCellsASide + 1);

    constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> cellOf(count);
    m_starts.assign(std::size_t(m_columns) * m_rows + 1, 0);
    const float *p = m_positions->data();
    const double left = m_bounds.left(), bottom = m_bounds.top(), inverse = 1 / m_cell;
    for (std::int64_t row = 0; row < count; ++row) {
        const float x = p[2 * row], y = p[2 * row + 1];
        if (!std::isfinite(x) || !std::isfinite(y)) {
            cellOf[row] = kNone;
            continue;
        }
        const int column = std::clamp(static_cast<int>((x - left) * inverse), 0, m_columns - 1);
        const int line = std::clamp(static_cast<int>((y - bottom) * inverse), 0, m_rows - 1);
        cellOf[row] = static_cast<std::uint32_t>(line * m_columns + column);
        ++m_starts[cellOf[row] + 1];
    }
    const auto occupied = std::count_if(m_starts.begin(), m_starts.end(), [](std::uint32_t n) { return n > 0; });
    std::partial_sum(m_starts.begin(), m_starts.end(), m_starts.begin());
    m_ranks.resize(m_starts.back());
    std::vector<std::uint32_t> next(m_starts.begin(), m_starts.end() - 1);
    for (std::int64_t rank = 0; rank < count; ++rank)
        if (const std::uint32_t cell = cellOf[(*m_order)[rank]]; cell != kNone)
            m_ranks[next[cell]++] = static_cast<std::uint32_t>(rank);
    m_spacing = std::sqrt(occupied * m_cell * m_cell / std::max<double>(1, m_ranks.size()));
}

PointGrid::Range PointGrid::cells(const QRectF &region) const
{
    const auto place = [this](double offset, int count) {
        return static_cast<int>(std::clamp(std::floor(offset / m_cell), -1.0, double(count)));
    };
    return {std::max(place(region.left() - m_bounds.left(), m_columns), 0),
            std::min(place(region.right() - m_bounds.left(), m_columns), m_columns - 1),
            std::max(place(region.top() - m_bounds.top(), m_rows), 0),
            std::min(place(region.bottom() - m_bounds.top(), m_rows), m_rows - 1)};
}

std::int64_t PointGrid::nearest(const QPointF &at, double within) const
{
    if (m_ranks.empty())
        return -1;
    const auto distance = [&](std::uint32_t rank) {
        const QPointF d = this->at((*m_order)[rank]) - at;
        return d.x() * d.x() + d.y() * d.y();
    };
    double best = within * within;
    std::int64_t found = -1;
    const int column = static_cast<int>(std::clamp((at.x() - m_bounds.left()) / m_cell, -1e6, 1e6));
    const int line = static_cast<int>(std::clamp((at.y() - m_bounds.top()) / m_cell, -1e6, 1e6));
    const auto look = [&](int x, int y) {
        if (x < 0 || y < 0 || x >= m_columns || y >= m_rows)
            return;
        const std::size_t cell = std::size_t(y) * m_columns + x;
        for (std::uint32_t i = m_starts[cell]; i < m_starts[cell + 1]; ++i)
            if (const double d = distance(m_ranks[i]); d <= best) {
                best = d;
                found = (*m_order)[m_ranks[i]];
            }
    };
    // Ring after ring of cells; one that lies wholly farther than the best ends it. Rings outside of the grid hold
    // nothing.
    const int first = std::max({0, -column, column - m_columns + 1, -line, line - m_rows + 1});
    const int last =
        std::max({std::abs(column), std::abs(line), std::abs(m_columns - column), std::abs(m_rows - line)});
    for (int ring = first; ring <= last; ++ring) {
        if ((ring - 1) * m_cell > std::sqrt(best))
            break;
        const int l = std::max(column - ring, 0), r = std::min(column + ring, m_columns - 1);
        const int b = std::max(line - ring, 0), t = std::min(line + ring, m_rows - 1);
        for (int x = l; x <= r; ++x) {
            look(x, line - ring);
            if (ring > 0)
                look(x, line + ring);
        }
        for (int y = std::max(b, line - ring + 1); y <= std::min(t, line + ring - 1); ++y) {
            look(column - ring, y);
            if (ring > 0)
                look(column + ring, y);
        }
    }
    return found;
}

std::int64_t PointGrid::nearestTowards(std::int64_t from, const QPointF &direction) const
{
    const QPointF start = at(from);
    std::int64_t found = -1;
    double best = std::numeric_limits<double>::infinity();
    // A growing square around the start: what lies outside of it is farther than its half side.
    for (double reach = m_cell * 2;; reach *= 2) {
        const QRectF square(start.x() - reach, start.y() - reach, 2 * reach, 2 * reach);
        visit(square, [&](std::uint32_t row) {
            const QPointF d = at(row) - start;
            const double along = QPointF::dotProduct(d, direction);
            const double aside = std::fabs(d.x() * direction.y() - d.y() * direction.x());
            if (row == from || along <= 0 || aside > along)
                return true;
            if (const double cost = along + 2 * aside; cost < best) {
                best = cost;
                found = row;
            }
            return true;
        });
        // Outside of the square a point costs at least its reach.
        if (best <= reach || square.contains(m_bounds))
            return found;
    }
}

std::int64_t PointGrid::countIn(const QRectF &region) const
{
    if (m_ranks.empty())
        return 0;
    const Range range = cells(region);
    std::int64_t count = 0;
    if (range.left <= range.right)
        for (int y = range.bottom; y <= range.top; ++y)
            count += m_starts[std::size_t(y) * m_columns + range.right + 1] -
                     m_starts[std::size_t(y) * m_columns + range.left];
    return count;
}

void PointGrid::sample(const QRectF &region, std::int64_t atMost, std::vector<std::uint32_t> &rows) const
{
    rows.clear();
    if (m_ranks.empty())
        return;
    const std::int64_t inView = countIn(region);
    const Range range = cells(region);
    std::uint32_t limit = std::numeric_limits<std::uint32_t>::max();
    if (inView > atMost) {
        // Steps of a fifth: moving a little does not change who is drawn. The sample is random, so a little less than
        // what is allowed is aimed at, and the rest cut off.
        const double share = 0.97 * double(atMost) / double(inView);
        const double step = std::pow(1.2, std::floor(std::log(share) / std::log(1.2)));
        limit = static_cast<std::uint32_t>(step * double(m_order->size()));
    }
    rows.reserve(static_cast<std::size_t>(std::min(inView, atMost)));
    for (int y = range.bottom; y <= range.top; ++y)
        for (int x = range.left; x <= range.right; ++x) {
            const std::size_t cell = std::size_t(y) * m_columns + x;
            for (std::uint32_t i = m_starts[cell]; i < m_starts[cell + 1] && m_ranks[i] < limit; ++i) {
                if (static_cast<std::int64_t>(rows.size()) == atMost)
                    return;
                rows.push_back((*m_order)[m_ranks[i]]);
            }
        }
}

void PointGrid::visit(const QRectF &region, const std::function<bool(std::uint32_t)> &visitor) const
{
    if (m_ranks.empty())
        return;
    const Range range = cells(region);
    for (int y = range.bottom; y <= range.top; ++y)
        for (int x = range.left; x <= range.right; ++x) {
            const std::size_t cell = std::size_t(y) * m_columns + x;
            for (std::uint32_t i = m_starts[cell]; i < m_starts[cell + 1]; ++i)
                if (!visitor((*m_order)[m_ranks[i]]))
                    return;
        }
}

} // namespace orrery
