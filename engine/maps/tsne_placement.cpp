// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/tsne_placement.h"

#include "engine/maps/affinities.h"
#include "engine/maps/chunks.h"

#include <algorithm>
#include <cmath>

namespace orrery::maps {

namespace {

constexpr std::int64_t kRowsAChunk = 16;
constexpr double kPairsAStep = 2e7;
constexpr double kExaggeration = 1.5, kLearningRate = 0.1, kMomentum = 0.8;
constexpr double kSteepest = 0.25; // longer gradients are shortened: a point that starts on another would shoot off
constexpr float kSmallestGain = 0.01F;
constexpr float kFarAway = 1e18F; // where the padding lies

float medianOf(std::vector<float> &values)
{
    const auto middle = values.begin() + std::int64_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1)
        return *middle;
    return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

} // namespace

TsnePlacement::TsnePlacement(Neighbours nearest, const std::vector<float> &map, std::int64_t iterations,
                             const Kernels &kernels)
    : m_nearest(std::move(nearest)), m_map(map), m_iterations(iterations), m_kernels(kernels)
{
    const std::int64_t m = m_nearest.count, k = m_nearest.k, n = std::int64_t(map.size()) / 2;
    const auto padded = std::size_t((n + 15) / 16 * 16);
    m_x.assign(padded, kFarAway);
    m_y.assign(padded, kFarAway);
    for (std::size_t i = 0; i < std::size_t(n); ++i) {
        m_x[i] = map[2 * i];
        m_y[i] = map[2 * i + 1];
    }
    const double perplexity = std::clamp(double(k) / 3, 1.0, kPerplexity);
    m_shares.resize(std::size_t(m * k));
    m_positions.resize(std::size_t(2 * m));
    m_updates.resize(std::size_t(2 * m));
    m_gains.assign(std::size_t(2 * m), 1.0F);
    m_force.resize(std::size_t(2 * m));
    m_mass.resize(std::size_t(m));
    std::vector<float> along(static_cast<std::size_t>(k));
    for (std::int64_t i = 0; i < m; ++i) {
        fitWidth(m_nearest.squaredDistance.data() + i * k, k, perplexity, m_shares.data() + i * k);
        for (std::size_t c = 0; c < 2; ++c) {
            for (std::int64_t j = 0; j < k; ++j)
                along[std::size_t(j)] = map[std::size_t(2 * m_nearest.index[std::size_t(i * k + j)]) + c];
            m_positions[std::size_t(2 * i) + c] = medianOf(along);
        }
    }
}

double TsnePlacement::fraction() const
{
    return done() ? 1 : (double(m_iteration) + double(m_next) / double(m_nearest.count)) / double(m_iterations);
}

void TsnePlacement::step()
{
    if (done())
        return;
    const auto rows = std::int64_t(kPairsAStep / double(m_x.size()));
    const std::int64_t first = m_next;
    m_next = std::min(m_nearest.count, first + std::max<std::int64_t>(2, rows / kRowsAChunk) * kRowsAChunk);
    forChunks((m_next - first + kRowsAChunk - 1) / kRowsAChunk, [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        move(from, std::min(m_next, from + kRowsAChunk));
    });
    if (m_next < m_nearest.count)
        return;
    m_next = 0;
    ++m_iteration;
}

void TsnePlacement::move(std::int64_t first, std::int64_t last)
{
    const std::int64_t k = m_nearest.k;
    m_kernels.repelAll(m_x.data(), m_y.data(), std::int64_t(m_x.size()), m_positions.data(), first, last,
                       m_force.data(), m_mass.data());
    for (std::int64_t i = first; i < last; ++i) {
        const auto at = std::size_t(2 * i);
        double gradient[2];
        for (std::size_t c = 0; c < 2; ++c)
            gradient[c] = -double(m_force[at + c]) / std::max(double(m_mass[std::size_t(i)]), 1e-300);
        for (std::int64_t e = i * k; e < (i + 1) * k; ++e) {
            const auto other = std::size_t(2 * m_nearest.index[std::size_t(e)]);
            const double x = double(m_positions[at]) - double(m_map[other]);
            const double y = double(m_positions[at + 1]) - double(m_map[other + 1]);
            const double pull = kExaggeration * m_shares[std::size_t(e)] / (1 + x * x + y * y);
            gradient[0] += pull * x;
            gradient[1] += pull * y;
        }
        const double length = std::hypot(gradient[0], gradient[1]);
        const double shorten = length > kSteepest ? kSteepest / length : 1;
        for (std::size_t c = 0; c < 2; ++c) {
            const double slope = gradient[c] * shorten;
            float &gain = m_gains[at + c];
            float &update = m_updates[at + c];
            const bool same = (slope > 0) == (update > 0) && update != 0;
            gain = same ? gain * 0.8F + kSmallestGain : gain + 0.2F;
            update = float(kMomentum * double(update) - kLearningRate * double(gain) * slope);
            m_positions[at + c] += update;
        }
    }
}

} // namespace orrery::maps
