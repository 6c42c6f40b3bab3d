// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/affinities.h"

#include "engine/maps/chunks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace orrery::maps {

namespace {
constexpr std::int64_t kRowsAChunk = 256, kChunksAStep = 8;
constexpr int kMostTrials = 100;
constexpr double kTolerance = 1e-9;
} // namespace

std::int64_t neighboursFor(double perplexity, std::int64_t count)
{
    return std::max<std::int64_t>(1, std::min(count - 1, std::int64_t(3 * perplexity)));
}

AffinityFit::AffinityFit(Neighbours neighbours, std::vector<double> perplexities)
    : m_neighbours(std::move(neighbours)), m_perplexities(std::move(perplexities))
{
    m_conditional.reserve(m_neighbours.index.size());
    m_result.sigmas.resize(std::size_t(m_neighbours.count));
}

double AffinityFit::fraction() const
{
    const double widths = double(m_next) / double(m_neighbours.count);
    return done() ? 1.0 : widths * 0.6 + (m_union ? m_union->fraction() * 0.4 : 0.0);
}

void AffinityFit::step()
{
    if (done())
        return;
    if (m_union) {
        m_union->step();
        m_done = m_union->done();
        if (m_done)
            static_cast<SymmetricRows &>(m_result) = m_union->take();
        return;
    }
    const std::int64_t n = m_neighbours.count, first = m_next;
    m_next = std::min(n, first + kRowsAChunk * kChunksAStep);
    m_conditional.resize(std::size_t(m_next * m_neighbours.k));
    forChunks(kChunksAStep, [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        for (std::int64_t i = from; i < std::min(m_next, from + kRowsAChunk); ++i)
            calibrate(i);
    });
    if (m_next < n)
        return;
    m_union.emplace(n, m_neighbours.k, std::move(m_neighbours.index), std::move(m_conditional),
                    NeighbourUnion::Combine::Mean);
    m_neighbours = {n, m_neighbours.k, {}, {}}; // a million points need the memory
}

void AffinityFit::calibrate(std::int64_t i)
{
    const std::int64_t k = m_neighbours.k;
    const float *squares = m_neighbours.squaredDistance.data() + i * k;
    float *conditional = m_conditional.data() + i * k;
    std::vector<double> own(static_cast<std::size_t>(k)), mixed(static_cast<std::size_t>(k));
    for (std::size_t m = 0; m < m_perplexities.size(); ++m) {
        const double sigma = fitWidth(squares, k, m_perplexities[m], own.data());
        if (m == 0)
            m_result.sigmas[std::size_t(i)] = float(sigma);
        for (std::size_t j = 0; j < std::size_t(k); ++j)
            mixed[j] += own[j];
    }
    for (std::size_t j = 0; j < std::size_t(k); ++j)
        conditional[j] = float(mixed[j] / double(m_perplexities.size()));
}

double fitWidth(const float *squares, std::int64_t k, double perplexity, double *shares)
{
    const double entropy = std::log(perplexity);
    const double nearest = double(squares[0]), furthest = double(squares[k - 1]) - nearest;
    // p ∝ exp(−β (d² − nearest²)). The entropy falls with β; Newton's step, or half the interval where it leaves it.
    double low = 0, high = std::numeric_limits<double>::infinity();
    double beta = furthest > 0 ? 1 / furthest : 1;
    double sum = 0;
    std::fill_n(shares, k, 1.0);
    for (int trial = 0; trial < kMostTrials; ++trial) {
        sum = 0;
        double mean = 0, square = 0;
        for (std::int64_t j = 0; j < k; ++j) {
            const double distance = double(squares[j]) - nearest;
            const double weight = std::exp(-beta * distance);
            shares[j] = weight;
            sum += weight;
            mean += weight * distance;
            square += weight * distance * distance;
        }
        mean /= sum;
        const double excess = std::log(sum) + beta * mean - entropy;
        if (std::abs(excess) < kTolerance || furthest <= 0)
            break;
        (excess > 0 ? low : high) = beta;
        const double slope = -beta * (square / sum - mean * mean); // of the entropy
        double next = slope < 0 ? beta - excess / slope : -1;
        if (!(next > low && next < high))
            next = std::isinf(high) ? beta * 2 : (low + high) / 2;
        if (next == beta || std::isinf(next))
            break;
        beta = next;
    }
    for (std::int64_t j = 0; j < k; ++j)
        shares[j] /= sum;
    return std::sqrt(0.5 / beta);
}

} // namespace orrery::maps
