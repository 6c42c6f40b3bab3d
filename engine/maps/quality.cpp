// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/quality.h"

#include "engine/maps/chunks.h"
#include "engine/maps/kernels.h"
#include "engine/maps/ranked.h"
#include "engine/runtime/generator.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::maps {

namespace {

/// Distances of one point to all, as keys that sort by distance and then by row.
std::vector<std::uint64_t> keysFrom(const Points &points, std::int64_t i)
{
    std::vector<std::uint64_t> keys(std::size_t(points.count));
    const auto distance = kernels().squaredDistance;
    for (std::int64_t j = 0; j < points.count; ++j)
        keys[std::size_t(j)] = keyOf(distance(points.row(i), points.row(j), points.dimensions), j);
    keys[std::size_t(i)] = ~std::uint64_t(0); // not its own neighbour
    return keys;
}

/// Sum over `strangers`, neighbours in one space, of how far beyond the k nearest they are in the other.
double beyond(const std::vector<std::uint64_t> &keys, std::uint64_t furthestNeighbour,
              const std::vector<std::uint64_t> &strangers)
{
    // One pass over all points for all strangers: how many lie before each.
    std::vector<std::uint64_t> sorted;
    for (const std::uint64_t stranger : strangers)
        if (const std::uint64_t key = keys[std::uint32_t(stranger)]; key > furthestNeighbour)
            sorted.push_back(key);
    if (sorted.empty())
        return 0;
    std::sort(sorted.begin(), sorted.end());
    double sum = 0;
    for (const std::uint64_t key : keys)
        if (key > furthestNeighbour && key <= sorted.back())
            sum += double(sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), key));
    return sum; // rank − k of a stranger counts the points beyond the k nearest up to itself
}

} // namespace

QualityMeasure::QualityMeasure(const Points &points, const Points &map, std::uint64_t seed)
    : m_points(points), m_map(map)
{
    const std::int64_t n = points.count;
    m_quality.neighbours = std::max<std::int64_t>(1, std::min(kNeighbours, (n - 1) / 2));
    std::vector<std::int64_t> &measured = m_quality.measured;
    measured.resize(std::size_t(n));
    std::iota(measured.begin(), measured.end(), std::int64_t(0));
    if (n > kExact) {
        Generator generator(seed, 0, 0x7175616c); // a stream of its own: measuring does not change the map
        for (std::int64_t i = 0; i < kSampled; ++i)
            std::swap(measured[std::size_t(i)], measured[std::size_t(i + generator.below(n - i))]);
        measured.resize(std::size_t(kSampled));
        std::sort(measured.begin(), measured.end());
    }
    const std::size_t m = measured.size();
    for (std::vector<float> *values :
         {&m_quality.recall, &m_quality.trust, &m_quality.continuityAt, &m_quality.spearmanAt, &m_quality.pearsonAt})
        values->assign(m, 0.0F);
    m_far.resize(m * m);
    m_near.resize(m * m);
    constexpr double kWorkAStep = 3e7;
    m_queriesAStep = std::clamp<std::int64_t>(std::int64_t(kWorkAStep / double(n * (points.dimensions + 20))), 2, 256);
}

void QualityMeasure::step()
{
    const std::int64_t first = m_next;
    m_next = std::min<std::int64_t>(std::int64_t(m_quality.measured.size()), m_next + m_queriesAStep);
    forChunks(m_next - first, [&](std::int64_t chunk) { measure(first + chunk); });
}

void QualityMeasure::measure(std::int64_t slot)
{
    const auto at = std::size_t(slot);
    const std::int64_t i = m_quality.measured[at], n = m_points.count, k = m_quality.neighbours;
    const std::vector<std::uint64_t> far = keysFrom(m_points, i), near = keysFrom(m_map, i);
    const std::vector<std::uint64_t> farNearest = smallest(far, k), nearNearest = smallest(near, k);
    std::int64_t shared = 0;
    for (const std::uint64_t key : nearNearest)
        shared += far[std::uint32_t(key)] <= farNearest.back() ? 1 : 0;
    m_quality.recall[at] = float(double(shared) / double(k));
    // The largest sum there can be, so that the measure lies between 0 and 1 (Venna and Kaski; k < N / 2).
    const double most = double(k) * double(2 * n - 3 * k - 1) / 2;
    m_quality.trust[at] = most > 0 ? float(1 - beyond(far, farNearest.back(), nearNearest) / most) : 1;
    m_quality.continuityAt[at] = most > 0 ? float(1 - beyond(near, nearNearest.back(), farNearest) / most) : 1;
    const std::size_t m = m_quality.measured.size();
    for (std::size_t j = 0; j < m; ++j) {
        const auto other = std::size_t(m_quality.measured[j]);
        const auto length = [](std::uint64_t key) { return std::sqrt(squareOf(key)); };
        m_far[at * m + j] = j == at ? 0 : length(far[other]);
        m_near[at * m + j] = j == at ? 0 : length(near[other]);
    }
}

void QualityMeasure::finish()
{
    const std::size_t m = m_quality.measured.size();
    const auto mean = [](const std::vector<float> &values) {
        return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
    };
    m_quality.knnRecall = mean(m_quality.recall);
    m_quality.trustworthiness = mean(m_quality.trust);
    m_quality.continuity = mean(m_quality.continuityAt);

    const auto correlate = [](const std::vector<float> &far, const std::vector<float> &near, double &spearman,
                              double &linear) {
        const auto count = std::int64_t(far.size());
        const std::vector<double> a(far.begin(), far.end()), b(near.begin(), near.end());
        linear = pearson(a.data(), b.data(), count);
        const std::vector<double> ranksA = ranksOf(far), ranksB = ranksOf(near);
        spearman = pearson(ranksA.data(), ranksB.data(), count);
    };
    std::vector<float> far, near;
    for (std::size_t i = 0; i < m; ++i) {
        far.clear();
        near.clear();
        for (std::size_t j = 0; j < m; ++j)
            if (j != i) {
                far.push_back(m_far[i * m + j]);
                near.push_back(m_near[i * m + j]);
            }
        double spearman = 0, linear = 0;
        correlate(far, near, spearman, linear);
        m_quality.spearmanAt[i] = float(spearman);
        m_quality.pearsonAt[i] = float(linear);
    }
    far.clear();
    near.clear();
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = i + 1; j < m; ++j) {
            far.push_back(m_far[i * m + j]);
            near.push_back(m_near[i * m + j]);
        }
    correlate(far, near, m_quality.spearman, m_quality.pearson);
}

std::vector<double> ranksOf(const std::vector<float> &values)
{
    std::vector<std::uint64_t> order(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        order[i] = keyOf(values[i], std::int64_t(i)); // distances: not negative
    std::sort(order.begin(), order.end());
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
        while (last < order.size() && order[last] >> 32 == order[first] >> 32)
            ++last;
        for (std::size_t i = first; i < last; ++i)
            ranks[std::uint32_t(order[i])] = double(first + last + 1) / 2;
    }
    return ranks;
}

double pearson(const double *a, const double *b, std::int64_t count)
{
    if (count < 2)
        return 0;
    const double meanA = std::accumulate(a, a + count, 0.0) / double(count);
    const double meanB = std::accumulate(b, b + count, 0.0) / double(count);
    double ab = 0, aa = 0, bb = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        ab += (a[i] - meanA) * (b[i] - meanB);
        aa += (a[i] - meanA) * (a[i] - meanA);
        bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

} // namespace orrery::maps
