// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/placement.h"

#include "engine/maps/chunks.h"
#include "engine/maps/fuzzy_set.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace orrery::maps {

namespace {
constexpr std::int64_t kRowsAChunk = 256, kRowsAStep = 16384;
} // namespace

PlacementFit::PlacementFit(Neighbours nearest, Metric metric)
    : m_nearest(std::move(nearest)), m_metric(metric),
      m_sums(std::size_t((m_nearest.count + kRowsAChunk - 1) / kRowsAChunk))
{
    m_rows.count = m_nearest.count;
    m_rows.first.push_back(0);
}

void PlacementFit::step()
{
    if (done())
        return;
    const std::int64_t n = m_nearest.count, first = m_next;
    m_next = std::min(n, first + kRowsAStep);
    if (m_phase == Phase::Widths) {
        const std::int64_t length = (m_nearest.k + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
        for (std::int64_t i = first; i < m_next; ++i)
            m_rows.first.push_back((i + 1) * length);
        m_rows.index.resize(std::size_t(m_next * length));
        m_rows.value.resize(m_rows.index.size());
    }
    const auto work = m_phase == Phase::Distances ? &PlacementFit::distancesOf : &PlacementFit::connect;
    forChunks((m_next - first + kRowsAChunk - 1) / kRowsAChunk, [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        for (std::int64_t i = from; i < std::min(m_next, from + kRowsAChunk); ++i)
            (this->*work)(i);
    });
    if (m_next < n)
        return;
    m_next = 0;
    if (m_phase == Phase::Distances)
        for (const double sum : m_sums)
            m_mean += sum / (double(n) * double(m_nearest.k));
    m_phase = Phase(int(m_phase) + 1);
}

void PlacementFit::distancesOf(std::int64_t i)
{
    for (auto e = std::size_t(i * m_nearest.k); e < std::size_t((i + 1) * m_nearest.k); ++e) {
        float &distance = m_nearest.squaredDistance[e];
        distance = m_metric == Metric::Cosine ? distance / 2 : std::sqrt(distance);
        m_sums[std::size_t(i / kRowsAChunk)] += double(distance);
    }
}

void PlacementFit::connect(std::int64_t i)
{
    const std::int64_t k = m_nearest.k;
    const float *distances = m_nearest.squaredDistance.data() + i * k; // distances by now
    // umap-learn leaves the nearest out of the sum here, too, where it is not the point itself.
    const double sigma = smoothWidth(distances + 1, k - 1, k, 0, kSmallestOfMean * m_mean);
    auto to = std::size_t(m_rows.first[std::size_t(i)]);
    for (std::int64_t j = 0; j < k; ++j, ++to) {
        m_rows.index[to] = m_nearest.index[std::size_t(i * k + j)];
        m_rows.value[to] = distances[j] > 0 && sigma > 0 ? float(std::exp(-double(distances[j]) / sigma)) : 1.0F;
    }
}

std::vector<float> placesAmong(const SymmetricRows &rows, const std::vector<float> &map)
{
    std::vector<float> places(std::size_t(2 * rows.count));
    const std::int64_t chunks = (rows.count + kRowsAChunk - 1) / kRowsAChunk;
    forChunks(chunks, [&](std::int64_t chunk) {
        for (std::int64_t i = chunk * kRowsAChunk; i < std::min(rows.count, (chunk + 1) * kRowsAChunk); ++i) {
            double sum[2] = {0, 0}, weights = 0;
            for (auto e = std::size_t(rows.first[std::size_t(i)]); e < std::size_t(rows.first[std::size_t(i) + 1]);
                 ++e) {
                const auto weight = double(rows.value[e]);
                const float *at = map.data() + 2 * std::size_t(rows.index[e]);
                if (weight >= 1) { // the same point
                    sum[0] = double(at[0]);
                    sum[1] = double(at[1]);
                    weights = 1;
                    break;
                }
                sum[0] += weight * double(at[0]);
                sum[1] += weight * double(at[1]);
                weights += weight;
            }
            for (std::size_t c = 0; c < 2; ++c)
                places[2 * std::size_t(i) + c] = float(sum[c] / std::max(weights, 1e-300));
        }
    });
    return places;
}

} // namespace orrery::maps
