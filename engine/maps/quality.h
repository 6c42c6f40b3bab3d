// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/maps.h"
#include "engine/maps/points.h"

#include <cstdint>
#include <vector>

namespace orrery::maps {

/// How true a map is to its points. Recall: which share of the k nearest neighbours of a point are its neighbours on
/// the map, too. Trustworthiness and continuity: Venna and Kaski 2001; Spearman and Pearson correlation of the
/// distances of pairs: Kobak and Berens 2019, arXiv:1802.08563. Up to kExact points all of them are asked; of more,
/// kSampled drawn by `seed`, each compared with all points (ranks are exact), and correlations are those of pairs among
/// the drawn. In steps; `finish` then sorts pairs, calls no ATen and may run on a helper thread. Thread: engine.
class QualityMeasure
{
public:
    static constexpr std::int64_t kExact = 2000, kSampled = 1000, kNeighbours = 10;

    /// @param points  as the metric sees them (points.h); must live as long as this. @param map  [N, 2], too.
    QualityMeasure(const Points &points, const Points &map, std::uint64_t seed);

    bool done() const { return m_next >= std::int64_t(m_quality.measured.size()); }
    void step();
    double fraction() const { return double(m_next) / double(m_quality.measured.size()); }
    void finish();
    const Quality &quality() const { return m_quality; }

private:
    void measure(std::int64_t slot);

    const Points &m_points;
    const Points &m_map;
    Quality m_quality;
    std::int64_t m_next = 0, m_queriesAStep = 1;
    std::vector<float> m_far, m_near; ///< distances of pairs of measured points, in the data and on the map, [m, m]
};

/// Ranks from 1, equal values share their mean rank. [n]
std::vector<double> ranksOf(const std::vector<float> &values);
/// 0 where one of the two does not vary.
double pearson(const double *a, const double *b, std::int64_t count);

} // namespace orrery::maps
