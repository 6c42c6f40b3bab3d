// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/neighbours.h"

#include "engine/core/error.h"
#include "engine/maps/chunks.h"
#include "engine/maps/ranked.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace orrery::maps {

namespace {

constexpr std::int64_t kTilesAGroup = 160; // 1920 queries go through the candidates together
constexpr std::int64_t kTilesAChunk = 20;  // and a thread takes 240 of them
constexpr std::int64_t kPanelsABlock = 16; // 512 candidates stay in the cache meanwhile
constexpr std::int64_t kSlack = 16;
constexpr double kMultiplicationsAStep = 3e8; // some 10 ms on one core

float boundOf(std::uint64_t key)
{
    const auto bits = std::uint32_t(key >> 32);
    return std::bit_cast<float>(bits & 0x80000000U ? bits & 0x7fffffffU : ~bits); // undoes sortable() of vector.h
}

} // namespace

NeighbourSearch::NeighbourSearch(const Points &points, std::int64_t k, const Kernels &kernels)
    : m_points(points), m_kernels(kernels)
{
    if (k < 1 || k >= points.count || points.count > std::numeric_limits<std::int32_t>::max())
        throw Exception(ErrorCode::Internal, "neighbours: " + std::to_string(k) + " of " +
                                                 std::to_string(points.count) + " points cannot be found");
    const std::int64_t n = points.count, d = points.dimensions;
    m_kept = k + 1 + kSlack; // with the point itself
    m_capacity = m_kept + 2 * kPanelsABlock * kPanel;
    m_panels = (n + kPanel - 1) / kPanel;
    const auto candidates = std::int64_t(kMultiplicationsAStep / double(kTilesAGroup * kQueries * d));
    m_panelsAStep = std::max<std::int64_t>(1, candidates / (kPanel * kPanelsABlock)) * kPanelsABlock;
    m_packed.assign(std::size_t(m_panels * d * kPanel), 0.0F);
    m_norms.assign(std::size_t(m_panels * kPanel), std::numeric_limits<float>::infinity());
    forChunks((m_panels + 63) / 64, [&](std::int64_t chunk) {
        for (std::int64_t i = chunk * 64 * kPanel; i < std::min(n, (chunk + 1) * 64 * kPanel); ++i) {
            float *to = m_packed.data() + i / kPanel * d * kPanel + i % kPanel;
            double norm = 0;
            for (std::int64_t c = 0; c < d; ++c) {
                to[c * kPanel] = points.row(i)[c];
                norm += double(points.row(i)[c]) * double(points.row(i)[c]);
            }
            m_norms[std::size_t(i)] = float(norm);
        }
    });
    m_queries.resize(std::size_t(kTilesAGroup * d * kQueries));
    m_keys = std::make_unique_for_overwrite<std::uint64_t[]>(std::size_t(kTilesAGroup * kQueries * m_capacity));
    m_lists.resize(std::size_t(kTilesAGroup * kQueries));
    m_result = {n, k, std::vector<std::int32_t>(std::size_t(n * k)), std::vector<float>(std::size_t(n * k))};
    begin();
}

double NeighbourSearch::fraction() const
{
    const double groupShare = double(m_nextPanel) / double(m_panels) * double(kTilesAGroup * kQueries);
    return std::min(1.0, (double(m_firstQuery) + groupShare) / double(m_points.count));
}

void NeighbourSearch::begin()
{
    m_nextPanel = 0;
    const std::int64_t d = m_points.dimensions;
    for (std::int64_t q = 0; q < kTilesAGroup * kQueries; ++q) {
        // Past the last point the last one is looked up again, and its answer dropped.
        const float *point = m_points.row(std::min(m_firstQuery + q, m_points.count - 1));
        float *to = m_queries.data() + q / kQueries * d * kQueries + q % kQueries;
        for (std::int64_t c = 0; c < d; ++c)
            to[c * kQueries] = -2 * point[c];
        m_lists[std::size_t(q)] = {m_keys.get() + q * m_capacity, 0, std::numeric_limits<float>::max()};
    }
}

void NeighbourSearch::step()
{
    if (done())
        return;
    const std::int64_t last = std::min(m_panels, m_nextPanel + m_panelsAStep);
    const std::int64_t left = m_points.count - m_firstQuery;
    const std::int64_t tiles = std::min(kTilesAGroup, (left + kQueries - 1) / kQueries);
    const bool ends = last == m_panels;
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
    m_firstQuery += kTilesAGroup * kQueries;
    if (!done())
        begin();
}

void NeighbourSearch::compare(std::int64_t tile, std::int64_t firstPanel, std::int64_t lastPanel)
{
    const std::int64_t d = m_points.dimensions;
    Candidates *lists = m_lists.data() + tile * kQueries;
    m_kernels.appendNear(m_queries.data() + tile * d * kQueries, m_packed.data() + firstPanel * d * kPanel,
                         m_norms.data() + firstPanel * kPanel, d, lastPanel - firstPanel, firstPanel * kPanel, lists);
    for (std::int64_t q = 0; q < kQueries; ++q)
        if (lists[q].count + kPanelsABlock * kPanel > m_capacity)
            prune(lists[q]);
}

void NeighbourSearch::prune(Candidates &list) const
{
    if (list.count <= m_kept)
        return;
    std::nth_element(list.keys, list.keys + m_kept - 1, list.keys + list.count);
    list.count = m_kept;
    list.bound = boundOf(list.keys[m_kept - 1]);
}

void NeighbourSearch::finish(std::int64_t tile)
{
    for (std::int64_t q = tile * kQueries; q < (tile + 1) * kQueries; ++q) {
        const std::int64_t i = m_firstQuery + q;
        if (i >= m_points.count)
            return;
        Candidates &list = m_lists[std::size_t(q)];
        prune(list);
        std::int64_t others = 0;
        for (std::int64_t c = 0; c < list.count; ++c) {
            const std::int64_t j = std::uint32_t(list.keys[c]);
            if (j != i)
                list.keys[others++] =
                    keyOf(m_kernels.squaredDistance(m_points.row(i), m_points.row(j), m_points.dimensions), j);
        }
        std::sort(list.keys, list.keys + others);
        for (std::int64_t c = 0; c < m_result.k; ++c) {
            m_result.index[std::size_t(i * m_result.k + c)] = std::int32_t(rowOf(list.keys[c]));
            m_result.squaredDistance[std::size_t(i * m_result.k + c)] = squareOf(list.keys[c]);
        }
    }
}

} // namespace orrery::maps
