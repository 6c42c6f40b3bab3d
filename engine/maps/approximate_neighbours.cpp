// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/approximate_neighbours.h"

#include "engine/core/error.h"
#include "engine/maps/chunks.h"
#include "engine/maps/neighbour_recall.h"
#include "engine/maps/ranked.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace orrery::maps {

namespace {

constexpr std::int64_t kLeavesAGroup = 16;
constexpr std::int64_t kMostQueries = kLeavesAGroup * Partition::kMostRows;
constexpr std::int64_t kSpare = 3;                         // kept beyond the neighbours, since products round
constexpr std::int64_t kRoom = 48;                         // for more than what is kept, before the rest is thrown out
constexpr std::int64_t kShortlist = 6;                     // leaves to choose from, for each that is seen
constexpr std::int64_t kFewNeighbours = 15, kRefined = 20; // neighbours of so many neighbours are looked at
constexpr double kMultiplicationsAStep = 5e7;              // of a group
constexpr float kNoBound = std::numeric_limits<float>::max();

/// Compares up to kQueries points with panels. Lists that are named twice or not at all take nothing.
void appendTile(const Kernels &kernels, const float *queries, const Panels &panels, std::int64_t firstPanel,
                std::int64_t panelCount, std::int64_t firstIndex, Candidates **lists, std::int64_t count)
{
    Candidates tile[kQueries];
    for (std::int64_t q = 0; q < kQueries; ++q)
        tile[q] = q < count ? *lists[q] : Candidates{nullptr, 0, -std::numeric_limits<float>::infinity()};
    kernels.appendNear(queries, panels.packed.data() + firstPanel * panels.dimensions * kPanel,
                       panels.norms.data() + firstPanel * kPanel, panels.dimensions, panelCount, firstIndex, tile);
    for (std::int64_t q = 0; q < count; ++q)
        *lists[q] = tile[q];
}

} // namespace

ApproximateSearch::ApproximateSearch(const Points &points, std::int64_t k, std::uint64_t seed, double aim,
                                     const Kernels &kernels)
    : m_points(points), m_k(k), m_seed(seed), m_aim(aim), m_kernels(kernels), m_kept(k + 1 + kSpare),
      m_pruned(m_kept + std::max<std::int64_t>(kRoom, m_kept / 2)), m_capacity(m_pruned + Partition::kMostRows)
{
    if (k < 1 || k >= points.count || points.count < kFewest)
        throw Exception(ErrorCode::Internal, "neighbours: " + std::to_string(k) + " of " +
                                                 std::to_string(points.count) + " points cannot be approximated");
    m_partition.emplace(points, kernels);
    m_found = m_result = {points.count, k, {}, {}};
}

double ApproximateSearch::fraction() const
{
    switch (m_phase) {
    case Phase::Cut:
        return m_partition->fraction() * 0.15;
    case Phase::Sort:
        return 0.15 + 0.05 * double(m_sorted.values.size()) / double(m_points.values.size());
    case Phase::Aim:
    case Phase::Centres:
        return 0.2 + (m_phase == Phase::Aim ? 0 : 0.05) + 0.05 * m_search->fraction();
    case Phase::Compare:
        return 0.3 + 0.4 * double(m_nextLeaf) / double(leafCount());
    case Phase::Refine:
        return 0.7 + 0.2 * m_refinement->fraction();
    case Phase::Return:
        return 0.9 + 0.1 * double(m_returned) / double(m_points.count);
    case Phase::Done:
        break;
    }
    return 1;
}

std::int64_t ApproximateSearch::candidates() const
{
    return m_seen * m_points.count / std::max<std::int64_t>(1, leafCount());
}

std::int64_t ApproximateSearch::leafOf(std::int64_t sortedRow) const
{
    return std::upper_bound(m_leaves.begin(), m_leaves.end(), sortedRow) - m_leaves.begin() - 1;
}

void ApproximateSearch::step()
{
    switch (m_phase) {
    case Phase::Cut:
        m_partition->step();
        if (m_partition->done()) {
            m_leaves = m_partition->leaves();
            m_order = m_partition->takeOrder();
            m_partition.reset();
            const std::int64_t n = m_points.count, d = m_points.dimensions;
            m_sortedCharge = MemoryCharge(std::uint64_t(n * d) * sizeof(float));
            m_sorted = {n, d, {}};
            m_sorted.values.reserve(std::size_t(n * d));
            m_panels.begin(n, d);
            m_centres = {leafCount(), d, std::vector<float>(std::size_t(leafCount() * d))};
            m_found.reserve();
            m_phase = Phase::Sort;
        }
        break;
    case Phase::Sort:
        sort();
        break;
    case Phase::Aim:
        if (!m_search->done())
            m_search->step();
        else
            aim();
        break;
    case Phase::Centres:
        m_search->step();
        if (m_search->done()) {
            m_nearLeaves = m_search->take();
            m_search.reset();
            m_phase = Phase::Compare;
        }
        break;
    case Phase::Compare:
        for (Group &group : m_groups)
            if (!group.busy && m_nextLeaf < leafCount())
                begin(group);
        forChunks(std::int64_t(m_groups.size()), [&](std::int64_t i) {
            if (m_groups[std::size_t(i)].busy)
                advance(m_groups[std::size_t(i)]);
        });
        if (m_nextLeaf >= leafCount() && std::none_of(m_groups.begin(), m_groups.end(), [](auto &g) { return g.busy; }))
            afterCompare();
        break;
    case Phase::Refine:
        m_refinement->step();
        if (m_refinement->done()) {
            m_refinement.reset();
            m_phase = Phase::Return;
        }
        break;
    case Phase::Return:
        giveBack();
        break;
    case Phase::Done:
        break;
    }
}

void ApproximateSearch::sort()
{
    constexpr std::int64_t kRowsAStep = 1000 * kPanel, kRowsAChunk = 1000;
    const std::int64_t d = m_points.dimensions, n = m_points.count;
    const auto first = std::int64_t(m_sorted.values.size()) / d, last = std::min(n, first + kRowsAStep);
    m_sorted.values.resize(std::size_t(last * d));
    forChunks((last - first + kRowsAChunk - 1) / kRowsAChunk, [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        for (std::int64_t i = from; i < std::min(last, from + kRowsAChunk); ++i)
            std::copy_n(m_points.row(m_order[std::size_t(i)]), d, m_sorted.row(i));
    });
    m_panels.append(m_sorted.row(first), last - first);
    if (last < n)
        return;
    forChunks(leafCount(), [&](std::int64_t leaf) {
        std::vector<double> sum(std::size_t(d), 0.0);
        const std::int64_t from = m_leaves[std::size_t(leaf)], to = m_leaves[std::size_t(leaf) + 1];
        for (std::int64_t i = from; i < to; ++i)
            for (std::int64_t c = 0; c < d; ++c)
                sum[std::size_t(c)] += double(m_sorted.row(i)[c]);
        for (std::int64_t c = 0; c < d; ++c)
            m_centres.row(leaf)[c] = float(sum[std::size_t(c)] / double(to - from));
    });
    m_phase = Phase::Aim;
    m_search.emplace(m_sorted, m_k, m_kernels, drawnRows(kSample, n, m_seed, 0x61696d), &m_panels);
}

void ApproximateSearch::aim()
{
    // For each true neighbour of the sample: how many leaves lie nearer to the point than the neighbour's own leaf?
    constexpr std::int64_t kAtOnce = 16;
    const std::int64_t leaves = leafCount(), asked = m_aimed;
    if (asked == 0) {
        m_truth = m_search->take();
        m_ranks.resize(std::size_t(kSample * m_k));
    }
    const std::vector<std::int64_t> rows = drawnRows(kSample, m_points.count, m_seed, 0x61696d);
    m_aimed = std::min(kSample, asked + kAtOnce);
    forChunks(m_aimed - asked, [&](std::int64_t chunk) {
        const std::int64_t s = asked + chunk;
        std::vector<std::uint64_t> keys(static_cast<std::size_t>(leaves));
        for (std::int64_t leaf = 0; leaf < leaves; ++leaf)
            keys[std::size_t(leaf)] = keyOf(
                m_kernels.squaredDistance(m_sorted.row(rows[std::size_t(s)]), m_centres.row(leaf), m_points.dimensions),
                leaf);
        std::vector<std::uint64_t> sorted = keys;
        std::sort(sorted.begin(), sorted.end());
        for (std::int64_t c = s * m_k; c < (s + 1) * m_k; ++c) {
            const std::uint64_t own = keys[std::size_t(leafOf(m_truth.index[std::size_t(c)]))];
            m_ranks[std::size_t(c)] = std::lower_bound(sorted.begin(), sorted.end(), own) - sorted.begin();
        }
    });
    if (m_aimed < kSample)
        return;
    const auto last = std::int64_t(m_ranks.size()) - 1, within = std::min(std::int64_t(m_aim * double(last + 1)), last);
    std::nth_element(m_ranks.begin(), m_ranks.begin() + within, m_ranks.end());
    const std::int64_t needed = m_ranks[std::size_t(within)] + 1;
    const std::int64_t most = kMostCandidates * leaves / m_points.count;
    const std::int64_t fewest = std::min(leaves, m_kept / kPanel + 3); // so that k neighbours are found for certain
    m_capped = needed > most;
    m_seen = std::clamp(needed, fewest, std::clamp(most, fewest, leaves));
    m_truth = {};
    m_phase = Phase::Centres;
    m_search.emplace(m_centres, std::min(leaves, kShortlist * m_seen) - 1, m_kernels);
}

void ApproximateSearch::begin(Group &group)
{
    group.busy = true;
    group.next = 0;
    group.firstLeaf = m_nextLeaf;
    group.lastLeaf = m_nextLeaf = std::min(leafCount(), m_nextLeaf + kLeavesAGroup);
    group.first = m_leaves[std::size_t(group.firstLeaf)];
    group.last = m_leaves[std::size_t(group.lastLeaf)];
    m_found.growTo(group.last);
    group.visits.clear();
    if (!group.keys) {
        const auto keys = std::size_t(kMostQueries * m_capacity);
        group.keysCharge = MemoryCharge(keys * sizeof(std::uint64_t));
        group.keys = std::make_unique_for_overwrite<std::uint64_t[]>(keys);
        group.packed.resize(std::size_t(m_points.dimensions * kQueries));
    }
    group.lists.resize(std::size_t(group.last - group.first));
    for (std::size_t i = 0; i < group.lists.size(); ++i)
        group.lists[i] = {group.keys.get() + i * std::size_t(m_capacity), 0, kNoBound};
}

void ApproximateSearch::plan(Group &group) const
{
    const std::int64_t d = m_points.dimensions, leaves = leafCount(), near = m_nearLeaves.k;
    std::vector<std::int32_t> chosen(std::size_t((group.last - group.first) * m_seen)); // leaves of each point
    std::vector<std::int32_t> shortlist(std::size_t(near + 1));
    std::vector<float> centres(std::size_t((near + 1) * d));
    std::vector<std::uint64_t> keys(std::size_t(kQueries * (near + 1)));
    Panels panels;
    for (std::int64_t leaf = group.firstLeaf; leaf < group.lastLeaf; ++leaf) {
        shortlist[0] = std::int32_t(leaf);
        std::copy_n(m_nearLeaves.index.begin() + leaf * near, near, shortlist.begin() + 1);
        for (std::int64_t i = 0; i <= near; ++i)
            std::copy_n(m_centres.row(shortlist[std::size_t(i)]), d, centres.begin() + i * d);
        panels.begin(near + 1, d);
        panels.append(centres.data(), near + 1);
        const std::int64_t end = m_leaves[std::size_t(leaf) + 1];
        for (std::int64_t first = m_leaves[std::size_t(leaf)]; first < end; first += kQueries) {
            packQueries(
                d, [&](std::int64_t q) { return m_sorted.row(std::min(first + q, end - 1)); }, group.packed.data());
            Candidates lists[kQueries], *at[kQueries];
            for (std::int64_t q = 0; q < kQueries; ++q) {
                lists[q] = {keys.data() + q * (near + 1), 0, kNoBound};
                at[q] = &lists[q];
            }
            const std::int64_t count = std::min(kQueries, end - first);
            appendTile(m_kernels, group.packed.data(), panels, 0, panels.count, 0, at, count);
            for (std::int64_t q = 0; q < count; ++q) {
                prune(lists[q], m_seen);
                auto *to = chosen.data() + (first + q - group.first) * m_seen;
                for (std::int64_t c = 0; c < m_seen; ++c)
                    to[c] = shortlist[std::size_t(rowOf(lists[q].keys[c]))];
            }
        }
    }
    // Turned around: who sees each leaf. Leaves near to the middle of the group come first, so that bounds are low
    // soon.
    std::vector<std::int64_t> begins(std::size_t(leaves) + 1, 0);
    for (const std::int32_t leaf : chosen)
        ++begins[std::size_t(leaf) + 1];
    const float *middle = m_centres.row((group.firstLeaf + group.lastLeaf) / 2);
    std::vector<std::uint64_t> order;
    for (std::int64_t leaf = 0; leaf < leaves; ++leaf)
        if (begins[std::size_t(leaf) + 1] > 0)
            order.push_back(keyOf(m_kernels.squaredDistance(middle, m_centres.row(leaf), d), leaf));
    std::sort(order.begin(), order.end());
    for (std::int64_t leaf = 0; leaf < leaves; ++leaf)
        begins[std::size_t(leaf) + 1] += begins[std::size_t(leaf)];
    group.visits.clear();
    for (const std::uint64_t key : order) {
        const std::int64_t leaf = rowOf(key);
        group.visits.push_back({std::int32_t(leaf), begins[std::size_t(leaf)], begins[std::size_t(leaf) + 1]});
    }
    group.visitors.resize(chosen.size());
    for (std::size_t i = 0; i < chosen.size(); ++i)
        group.visitors[std::size_t(begins[std::size_t(chosen[i])]++)] = std::int32_t(std::int64_t(i) / m_seen);
}

void ApproximateSearch::advance(Group &group)
{
    if (group.visits.empty()) {
        plan(group);
        return;
    }
    double work = 0;
    for (; group.next < group.visits.size() && work < kMultiplicationsAStep; ++group.next) {
        const Visit &visit = group.visits[group.next];
        compare(group, visit);
        work += double((visit.last - visit.first) * m_points.dimensions) *
                double(m_leaves[std::size_t(visit.leaf) + 1] - m_leaves[std::size_t(visit.leaf)]);
    }
    if (group.next == group.visits.size())
        finish(group);
}

void ApproximateSearch::compare(Group &group, const Visit &visit) const
{
    const std::int64_t begin = m_leaves[std::size_t(visit.leaf)];
    const std::int64_t panels = (m_leaves[std::size_t(visit.leaf) + 1] - begin + kPanel - 1) / kPanel;
    for (std::int64_t first = visit.first; first < visit.last; first += kQueries) {
        const std::int64_t some = std::min(kQueries, visit.last - first);
        const std::int32_t *visitors = group.visitors.data() + first;
        packQueries(
            m_points.dimensions,
            [&](std::int64_t q) { return m_sorted.row(group.first + visitors[std::min(q, some - 1)]); },
            group.packed.data());
        Candidates *lists[kQueries];
        for (std::int64_t q = 0; q < some; ++q)
            lists[q] = &group.lists[std::size_t(visitors[q])];
        appendTile(m_kernels, group.packed.data(), m_panels, begin / kPanel, panels, begin, lists, some);
        for (std::int64_t q = 0; q < some; ++q)
            if (lists[q]->count > m_pruned)
                prune(*lists[q], m_kept);
    }
}

void ApproximateSearch::finish(Group &group)
{
    for (std::int64_t i = group.first; i < group.last; ++i) {
        Candidates &list = group.lists[std::size_t(i - group.first)];
        prune(list, m_kept);
        if (measure(list, m_kernels, m_sorted.row(i), m_sorted.values.data(), m_points.dimensions, i) < m_found.k)
            throw Exception(ErrorCode::BadInput, "Row " + std::to_string(m_order[std::size_t(i)]) +
                                                     " (counted from 0) lies too far from the others for its distance "
                                                     "to be a number");
        m_found.keep(i, list.keys);
    }
    group.busy = false;
}

void ApproximateSearch::afterCompare()
{
    for (Group &group : m_groups)
        group = {};
    m_panels = {};
    m_nearLeaves = {};
    m_result.reserve();
    m_sortedRow.resize(m_order.size());
    for (std::size_t i = 0; i < m_order.size(); ++i)
        m_sortedRow[std::size_t(m_order[i])] = std::int32_t(i);
    m_phase = m_capped ? Phase::Refine : Phase::Return;
    if (m_capped)
        m_refinement.emplace(m_sorted, m_found, m_k <= kFewNeighbours ? kFewNeighbours : kRefined, m_kernels);
}

void ApproximateSearch::giveBack()
{
    constexpr std::int64_t kRowsAStep = 1 << 15, kRowsAChunk = 1 << 11;
    const std::int64_t n = m_points.count, first = m_returned;
    m_returned = std::min(n, first + kRowsAStep);
    m_result.growTo(m_returned);
    forChunks((m_returned - first + kRowsAChunk - 1) / kRowsAChunk, [&](std::int64_t chunk) {
        std::vector<std::uint64_t> keys(static_cast<std::size_t>(m_k));
        const std::int64_t from = first + chunk * kRowsAChunk;
        for (std::int64_t row = from; row < std::min(m_returned, from + kRowsAChunk); ++row) {
            const std::int64_t at = m_sortedRow[std::size_t(row)] * m_k;
            for (std::int64_t c = 0; c < m_k; ++c)
                keys[std::size_t(c)] = keyOf(m_found.squaredDistance[std::size_t(at + c)],
                                             m_order[std::size_t(m_found.index[std::size_t(at + c)])]);
            if (!std::is_sorted(keys.begin(), keys.end())) // equal distances
                std::sort(keys.begin(), keys.end());
            m_result.keep(row, keys.data());
        }
    });
    if (m_returned < n)
        return;
    m_found = {};
    m_phase = Phase::Done;
}

} // namespace orrery::maps
