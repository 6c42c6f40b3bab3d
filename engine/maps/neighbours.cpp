// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/neighbours.h"

#include "engine/core/error.h"
#include "engine/maps/chunks.h"
#include "engine/maps/ranked.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery::maps {

namespace {

constexpr std::int64_t kTilesAGroup = 160;    // 1920 queries go through the candidates together
constexpr std::int64_t kTilesAChunk = 20;     // and a thread takes 240 of them
constexpr std::int64_t kPanelsABlock = 16;    // 512 candidates stay in the cache meanwhile
constexpr double kMultiplicationsAStep = 3e8; // some 10 ms on one core

} // namespace

NeighbourSearch::NeighbourSearch(const Points &points, std::int64_t k, const Kernels &kernels,
                                 std::vector<std::int64_t> rows, const Panels *panels)
    : m_asked(points), m_points(points), m_kernels(kernels), m_rows(std::move(rows)),
      m_count(m_rows.empty() ? points.count : std::int64_t(m_rows.size())), m_panels(panels ? *panels : m_ownPanels)
{
    if (k < 1 || k >= points.count || points.count > std::numeric_limits<std::int32_t>::max())
        throw Exception(ErrorCode::Internal, "neighbours: " + std::to_string(k) + " of " +
                                                 std::to_string(points.count) + " points cannot be found");
    m_result = {m_count, k, {}, {}};
    plan();
    if (!panels)
        m_ownPanels.begin(points.count, points.dimensions);
}

NeighbourSearch::NeighbourSearch(const Points &asked, const Points &points, std::int64_t k, const Kernels &kernels)
    : m_asked(asked), m_points(points), m_kernels(kernels), m_count(asked.count), m_panels(m_ownPanels)
{
    if (k < 1 || k > points.count || asked.dimensions != points.dimensions ||
        points.count > std::numeric_limits<std::int32_t>::max())
        throw Exception(ErrorCode::Internal, "neighbours: " + std::to_string(k) + " of " +
                                                 std::to_string(points.count) + " other points cannot be found");
    m_result = {m_count, k, {}, {}};
    plan();
    m_ownPanels.begin(points.count, points.dimensions);
}

void NeighbourSearch::plan()
{
    const std::int64_t d = m_points.dimensions;
    m_kept = m_result.k + 1 + kSlack; // with the point itself
    m_capacity = m_kept + 2 * kPanelsABlock * kPanel;
    const auto candidates =
        std::int64_t(kMultiplicationsAStep / double(std::min(kTilesAGroup * kQueries, m_count) * d));
    m_panelsAStep = std::max<std::int64_t>(1, candidates / (kPanel * kPanelsABlock)) * kPanelsABlock;
    m_queries.resize(std::size_t(kTilesAGroup * d * kQueries));
    const auto keys = std::size_t(kTilesAGroup * kQueries * m_capacity);
    m_keysCharge = MemoryCharge(keys * sizeof(std::uint64_t));
    m_keys = std::make_unique_for_overwrite<std::uint64_t[]>(keys);
    m_lists.resize(std::size_t(kTilesAGroup * kQueries));
    m_result.reserve();
}

void NeighbourSearch::pack()
{
    constexpr std::int64_t kRowsAStep = 1000 * kPanel;
    const std::int64_t first = m_ownPanels.count * kPanel;
    m_ownPanels.append(m_points.row(first), std::min(kRowsAStep, m_points.count - first));
}

double NeighbourSearch::fraction() const
{
    const double groupShare =
        double(m_nextPanel) / double((m_points.count + kPanel - 1) / kPanel) * double(kTilesAGroup * kQueries);
    return std::min(1.0, (double(m_firstQuery) + groupShare) / double(m_count));
}

void NeighbourSearch::begin()
{
    m_result.growTo(std::min(m_count, m_firstQuery + kTilesAGroup * kQueries));
    const std::int64_t d = m_points.dimensions;
    for (std::int64_t tile = 0; tile < kTilesAGroup; ++tile) // past the last point it is looked up again
        packQueries(
            d, [&](std::int64_t q) { return m_asked.row(rowAt(m_firstQuery + tile * kQueries + q)); },
            m_queries.data() + tile * d * kQueries);
    for (std::int64_t q = 0; q < kTilesAGroup * kQueries; ++q)
        m_lists[std::size_t(q)] = {m_keys.get() + q * m_capacity, 0, std::numeric_limits<float>::max()};
}

void NeighbourSearch::step()
{
    if (done())
        return;
    if (m_panels.count * kPanel < m_points.count) {
        pack();
        return;
    }
    if (m_nextPanel == 0)
        begin();
    const std::int64_t last = std::min(m_panels.count, m_nextPanel + m_panelsAStep);
    const std::int64_t left = m_count - m_firstQuery;
    const std::int64_t tiles = std::min(kTilesAGroup, (left + kQueries - 1) / kQueries);
    const bool ends = last == m_panels.count;
    forChunks((tiles + kTilesAChunk - 1) / kTilesAChunk, [&](std::int64_t chunk) {
        const std::int64_t lastTile = std::min(tiles, (chunk + 1) * kTilesAChunk);
        for (std::int64_t block = m_nextPanel; block < last; block += kPanelsABlock)
            for (std::int64_t tile = chunk * kTilesAChunk; tile < lastTile; ++tile)
                compare(tile, block, std::min(last, block + kPanelsABlock));
        for (std::int64_t tile = chunk * kTilesAChunk; ends && tile < lastTile; ++tile)
            finish(tile);
    });
    m_nextPanel = last;
    if (!ends)
        return;
    m_nextPanel = 0;
    m_firstQuery += kTilesAGroup * kQueries;
}

void NeighbourSearch::compare(std::int64_t tile, std::int64_t firstPanel, std::int64_t lastPanel)
{
    const std::int64_t d = m_points.dimensions;
    Candidates *lists = m_lists.data() + tile * kQueries;
    m_kernels.appendNear(m_queries.data() + tile * d * kQueries, m_panels.packed.data() + firstPanel * d * kPanel,
                         m_panels.norms.data() + firstPanel * kPanel, d, lastPanel - firstPanel, firstPanel * kPanel,
                         lists);
    for (std::int64_t q = 0; q < kQueries; ++q)
        if (lists[q].count + kPanelsABlock * kPanel > m_capacity)
            prune(lists[q], m_kept);
}

void NeighbourSearch::finish(std::int64_t tile)
{
    for (std::int64_t q = tile * kQueries; q < (tile + 1) * kQueries; ++q) {
        const std::int64_t i = m_firstQuery + q;
        if (i >= m_count)
            return;
        Candidates &list = m_lists[std::size_t(q)];
        prune(list, m_kept);
        const std::int64_t row = rowAt(i);
        if (measure(list, m_kernels, m_asked.row(row), m_points.values.data(), m_points.dimensions,
                    &m_asked == &m_points ? row : -1) < m_result.k ||
            !std::isfinite(squareOf(list.keys[m_result.k - 1])))
            throw Exception(ErrorCode::BadInput,
                            "Row " + std::to_string(row) +
                                " (counted from 0) lies too far from the others for its distance to be a number");
        m_result.keep(i, list.keys);
    }
}

std::int64_t NeighbourSearch::rowAt(std::int64_t query) const
{
    const std::int64_t i = std::min(query, m_count - 1);
    return m_rows.empty() ? i : m_rows[std::size_t(i)];
}

void Neighbours::reserve()
{
    index.reserve(std::size_t(count * k));
    squaredDistance.reserve(std::size_t(count * k));
}

void Neighbours::growTo(std::int64_t rows)
{
    index.resize(std::size_t(rows * k));
    squaredDistance.resize(std::size_t(rows * k));
}

void Neighbours::keep(std::int64_t row, const std::uint64_t *keys)
{
    for (std::int64_t c = 0; c < k; ++c) {
        index[std::size_t(row * k + c)] = std::int32_t(rowOf(keys[c]));
        squaredDistance[std::size_t(row * k + c)] = squareOf(keys[c]);
    }
}

} // namespace orrery::maps
