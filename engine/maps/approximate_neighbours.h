// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/neighbours.h"
#include "engine/maps/partition.h"
#include "engine/maps/refinement.h"

#include <array>
#include <memory>
#include <optional>

namespace orrery::maps {

/// Most of the nearest neighbours, for a share of the work. Points are cut into leaves of some 64 near ones; a point is
/// compared, by the same blocked products as in the exact search, with those leaves alone whose centres are nearest to
/// it (an inverted file: Jégou, Douze, Schmid 2011, doi:10.1109/TPAMI.2010.57, section IV, with leaves of a tree as
/// cells). How many leaves that takes is measured beforehand: so many that kSample points drawn by the seed find the
/// aimed share of their true neighbours; where that is too many, neighbours of neighbours are looked at, too. Groups of
/// points are independent of each other and the order within a group is fixed, so the bits do not depend on threads. In
/// steps of some ten milliseconds. Thread: engine.
class ApproximateSearch
{
public:
    static constexpr std::int64_t kFewest = 1024; ///< points; fewer have too few leaves
    static constexpr std::int64_t kSample = 192;
    static constexpr std::int64_t kMostCandidates = 12288; ///< that a point sees, however low the recall

    /// @param points  must live as long as this, centred (points.h) for accuracy    @param k  in [1, N − 1]
    /// @param aim  share of the true neighbours, in (0, 1]
    ApproximateSearch(const Points &points, std::int64_t k, std::uint64_t seed, double aim = 0.98,
                      const Kernels &kernels = maps::kernels());

    bool done() const { return m_phase == Phase::Done; }
    void step();
    double fraction() const;
    /// Rows in the order of the points; equal distances in the order of the rows.
    Neighbours take() { return std::move(m_result); }
    /// With how many others a point was compared, about.
    std::int64_t candidates() const;

private:
    enum class Phase
    {
        Cut,     ///< into leaves
        Sort,    ///< points in the order of the leaves
        Aim,     ///< how many leaves a point has to see
        Centres, ///< which leaves are near which
        Compare,
        Refine, ///< where so many leaves would be too much work
        Return, ///< to the order of the points
        Done,
    };
    struct Visit
    {
        std::int32_t leaf = 0;
        std::int64_t first = 0, last = 0; ///< of the group's visitors
    };
    /// Points of some leaves on their way through the leaves near to them.
    struct Group
    {
        bool busy = false;
        std::int64_t firstLeaf = 0, lastLeaf = 0, first = 0, last = 0;
        std::size_t next = 0;                  ///< in `visits`
        std::vector<Visit> visits;             ///< in the order that leaves are compared with
        std::vector<std::int32_t> visitors;    ///< points of the group, by leaf
        std::vector<Candidates> lists;         ///< of every point
        MemoryCharge keysCharge;               ///< of `keys`
        std::unique_ptr<std::uint64_t[]> keys; ///< of all lists
        std::vector<float> packed;             ///< [D][kQueries]
    };
    void sort();
    void aim();
    void begin(Group &group);
    void plan(Group &group) const;
    void advance(Group &group);
    void compare(Group &group, const Visit &visit) const;
    void finish(Group &group);
    void afterCompare();
    void giveBack();
    std::int64_t leafCount() const { return std::int64_t(m_leaves.size()) - 1; }
    std::int64_t leafOf(std::int64_t sortedRow) const;

    const Points &m_points;
    std::int64_t m_k;
    std::uint64_t m_seed;
    double m_aim;
    const Kernels &m_kernels;
    Phase m_phase = Phase::Cut;
    std::optional<Partition> m_partition;
    std::vector<std::int32_t> m_order;  ///< [N] row of each sorted row
    std::vector<std::int64_t> m_leaves; ///< [leaves + 1] where they begin
    MemoryCharge m_sortedCharge;        ///< of m_sorted
    Points m_sorted;
    Panels m_panels;
    Points m_centres;                        ///< [leaves, D]
    std::optional<NeighbourSearch> m_search; ///< exact: of the sample, of the centres
    Neighbours m_truth;                      ///< of the sample
    std::vector<std::int64_t> m_ranks;       ///< [kSample, k] of the leaves of the true neighbours
    std::int64_t m_aimed = 0;                ///< points of the sample that were asked
    std::int64_t m_seen = 0;                 ///< leaves that a point is compared with
    Neighbours m_nearLeaves;                 ///< more than that of each leaf, to choose from
    std::int64_t m_kept = 0, m_pruned = 0, m_capacity = 0, m_nextLeaf = 0;
    std::array<Group, 6> m_groups;
    bool m_capped = false;
    std::optional<Refinement> m_refinement;
    std::vector<std::int32_t> m_sortedRow; ///< [N] where each row went
    std::int64_t m_returned = 0;
    Neighbours m_found; ///< rows and indices in the order of the leaves
    Neighbours m_result;
};

} // namespace orrery::maps
