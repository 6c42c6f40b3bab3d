// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/partition.h"

#include "engine/maps/chunks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::maps {

namespace {

constexpr std::int64_t kLarge = 4096;
constexpr std::int64_t kPartsAStep = 4;
constexpr std::int64_t kSample = 256;
constexpr int kRounds = 6;

struct Side
{
    float lean = 0; ///< how much nearer the first mean is than the second; less is first
    std::int32_t row = 0;
    bool operator<(const Side &other) const { return lean != other.lean ? lean < other.lean : row < other.row; }
};

/// Means of two clusters of some points.
struct TwoMeans
{
    std::vector<float> first, second;
};

TwoMeans twoMeans(const Points &points, const std::vector<std::int32_t> &sample, const Kernels &kernels)
{
    const std::int64_t d = points.dimensions;
    const auto distance = [&](std::int32_t row, const std::vector<float> &mean) {
        return kernels.squaredDistance(points.row(row), mean.data(), d);
    };
    const float *middle = points.row(sample[sample.size() / 2]);
    TwoMeans means{{middle, middle + d}, {}};
    const std::int32_t furthest = *std::max_element(sample.begin(), sample.end(), [&](auto a, auto b) {
        return distance(a, means.first) < distance(b, means.first);
    });
    means.second.assign(points.row(furthest), points.row(furthest) + d);
    for (int round = 0; round < kRounds; ++round) {
        std::vector<double> sums[2] = {std::vector<double>(std::size_t(d)), std::vector<double>(std::size_t(d))};
        std::int64_t counts[2] = {0, 0};
        for (const std::int32_t row : sample) {
            const int side = distance(row, means.first) <= distance(row, means.second) ? 0 : 1;
            ++counts[side];
            for (std::int64_t c = 0; c < d; ++c)
                sums[side][std::size_t(c)] += double(points.row(row)[c]);
        }
        if (counts[0] == 0 || counts[1] == 0)
            break;
        for (std::size_t c = 0; c < std::size_t(d); ++c) {
            means.first[c] = float(sums[0][c] / double(counts[0]));
            means.second[c] = float(sums[1][c] / double(counts[1]));
        }
    }
    return means;
}

} // namespace

Partition::Partition(const Points &points, const Kernels &kernels)
    : m_points(points), m_kernels(kernels), m_order(std::size_t(points.count))
{
    std::iota(m_order.begin(), m_order.end(), 0);
    const Part all{0, points.count};
    (points.count > kLarge ? m_large : m_small).push_back(all);
    m_begins.resize(m_small.size());
}

double Partition::fraction() const
{
    if (done())
        return 1;
    const double levels = std::max(1.0, std::log2(double(m_points.count) / double(kLarge)));
    const double large = std::min(1.0, double(m_cutRows) / double(m_points.count) / levels);
    const double small = m_small.empty() ? 0 : double(m_nextSmall) / double(m_small.size());
    return 0.5 * large + (m_large.empty() ? 0.5 * small : 0);
}

void Partition::step()
{
    if (!m_large.empty()) {
        const Part part = m_large.back();
        m_large.pop_back();
        const std::int64_t middle = cut(part, true);
        m_cutRows += part.last - part.first;
        for (const Part half : {Part{part.first, middle}, Part{middle, part.last}})
            (half.last - half.first > kLarge ? m_large : m_small).push_back(half);
        m_begins.resize(m_small.size());
        return;
    }
    const std::size_t first = m_nextSmall;
    m_nextSmall = std::min(m_small.size(), first + std::size_t(kPartsAStep));
    forChunks(std::int64_t(m_nextSmall - first), [&](std::int64_t chunk) {
        divide(m_small[first + std::size_t(chunk)], m_begins[first + std::size_t(chunk)]);
    });
}

void Partition::divide(Part part, std::vector<std::int64_t> &begins)
{
    if (part.last - part.first <= kMostRows) {
        begins.push_back(part.first);
        return;
    }
    const std::int64_t middle = cut(part, false);
    divide({part.first, middle}, begins);
    divide({middle, part.last}, begins);
}

std::int64_t Partition::cut(Part part, bool alone)
{
    const std::int64_t count = part.last - part.first;
    std::vector<std::int32_t> sample;
    for (std::int64_t s = 0; s < std::min(count, kSample); ++s)
        sample.push_back(m_order[std::size_t(part.first + s * count / std::min(count, kSample))]);
    const TwoMeans means = twoMeans(m_points, sample, m_kernels);

    std::vector<Side> sides(static_cast<std::size_t>(count));
    const auto lean = [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) {
            const std::int32_t row = m_order[std::size_t(part.first + i)];
            const float *point = m_points.row(row);
            sides[std::size_t(i)] = {m_kernels.squaredDistance(point, means.first.data(), m_points.dimensions) -
                                         m_kernels.squaredDistance(point, means.second.data(), m_points.dimensions),
                                     row};
        }
    };
    constexpr std::int64_t kRowsAChunk = 4096;
    if (alone)
        forChunks((count + kRowsAChunk - 1) / kRowsAChunk,
                  [&](std::int64_t chunk) { lean(chunk * kRowsAChunk, std::min(count, (chunk + 1) * kRowsAChunk)); });
    else
        lean(0, count);

    // Between the clusters, unless one of them is too small to be one; and at a whole panel.
    auto firstCount =
        std::int64_t(std::count_if(sides.begin(), sides.end(), [](const Side &side) { return side.lean <= 0; }));
    if (firstCount < count / 8 || firstCount > count - count / 8)
        firstCount = count / 2;
    const std::int64_t panels = std::clamp<std::int64_t>((firstCount + kPanel / 2) / kPanel, 1, (count - 1) / kPanel);
    std::nth_element(sides.begin(), sides.begin() + panels * kPanel, sides.end());
    for (std::int64_t i = 0; i < count; ++i)
        m_order[std::size_t(part.first + i)] = sides[std::size_t(i)].row;
    return part.first + panels * kPanel;
}

std::vector<std::int64_t> Partition::leaves() const
{
    std::vector<std::int64_t> begins;
    for (const std::vector<std::int64_t> &some : m_begins)
        begins.insert(begins.end(), some.begin(), some.end());
    std::sort(begins.begin(), begins.end());
    begins.push_back(m_points.count);
    return begins;
}

} // namespace orrery::maps
