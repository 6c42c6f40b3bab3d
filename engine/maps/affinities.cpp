// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/affinities.h"

#include "engine/maps/chunks.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

AffinityFit::AffinityFit(Neighbours neighbours, double perplexity)
    : m_neighbours(std::move(neighbours)), m_entropy(std::log(perplexity)), m_conditional(m_neighbours.index.size())
{
    m_result.count = m_neighbours.count;
    m_result.sigmas.resize(std::size_t(m_neighbours.count));
}

double AffinityFit::fraction() const
{
    const double part = double(m_next) / double(m_neighbours.count);
    return m_phase == Phase::Widths ? part * 0.7 : m_phase == Phase::Rows ? 0.7 + part * 0.3 : 1.0;
}

void AffinityFit::step()
{
    if (m_phase == Phase::Turn) {
        turn();
        m_phase = Phase::Rows;
        return;
    }
    if (done())
        return;
    const std::int64_t n = m_neighbours.count, first = m_next;
    m_next = std::min(n, first + kRowsAChunk * kChunksAStep);
    forChunks(kChunksAStep, [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        for (std::int64_t i = from; i < std::min(m_next, from + kRowsAChunk); ++i)
            m_phase == Phase::Widths ? calibrate(i) : fillRow(i);
    });
    if (m_next < n)
        return;
    m_next = 0;
    m_phase = m_phase == Phase::Widths ? Phase::Turn : Phase::Done;
}

void AffinityFit::calibrate(std::int64_t i)
{
    const std::int64_t k = m_neighbours.k;
    const float *squares = m_neighbours.squaredDistance.data() + i * k;
    float *conditional = m_conditional.data() + i * k;
    const double nearest = double(squares[0]), furthest = double(squares[k - 1]) - nearest;
    // p ∝ exp(−β (d² − nearest²)). The entropy falls with β; Newton's step, or half the interval where it leaves it.
    double low = 0, high = std::numeric_limits<double>::infinity();
    double beta = furthest > 0 ? 1 / furthest : 1;
    double sum = 0;
    std::vector<double> weights(std::size_t(k), 1.0);
    for (int trial = 0; trial < kMostTrials; ++trial) {
        sum = 0;
        double mean = 0, square = 0;
        for (std::int64_t j = 0; j < k; ++j) {
            const double distance = double(squares[j]) - nearest;
            const double weight = std::exp(-beta * distance);
            weights[std::size_t(j)] = weight;
            sum += weight;
            mean += weight * distance;
            square += weight * distance * distance;
        }
        mean /= sum;
        const double excess = std::log(sum) + beta * mean - m_entropy;
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
    m_result.sigmas[std::size_t(i)] = float(std::sqrt(0.5 / beta));
    for (std::int64_t j = 0; j < k; ++j)
        conditional[j] = float(weights[std::size_t(j)] / sum);
}

void AffinityFit::turn()
{
    const std::int64_t n = m_neighbours.count, k = m_neighbours.k;
    m_turnedFirst.assign(std::size_t(n + 1), 0);
    for (const std::int32_t j : m_neighbours.index)
        ++m_turnedFirst[std::size_t(j) + 1];
    for (std::size_t i = 0; i < std::size_t(n); ++i)
        m_turnedFirst[i + 1] += m_turnedFirst[i];
    m_turned.resize(m_neighbours.index.size());
    m_turnedValue.resize(m_neighbours.index.size());
    std::vector<std::int64_t> next(m_turnedFirst.begin(), m_turnedFirst.end() - 1);
    for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t e = i * k; e < (i + 1) * k; ++e) {
            const auto place = std::size_t(next[std::size_t(m_neighbours.index[std::size_t(e)])]++);
            m_turned[place] = std::int32_t(i); // ascending: i is
            m_turnedValue[place] = m_conditional[std::size_t(e)];
        }
    layOut();
}

void AffinityFit::layOut()
{
    // A row is the union of neighbours and of those that have the point as theirs.
    const std::int64_t n = m_neighbours.count, k = m_neighbours.k;
    m_result.first.assign(std::size_t(n + 1), 0);
    const std::int64_t chunks = (n + kRowsAChunk - 1) / kRowsAChunk;
    forChunks(chunks, [&](std::int64_t chunk) {
        for (std::int64_t i = chunk * kRowsAChunk; i < std::min(n, (chunk + 1) * kRowsAChunk); ++i) {
            const auto row = m_neighbours.index.begin() + i * k;
            std::vector<std::int32_t> sorted(row, row + k);
            std::sort(sorted.begin(), sorted.end());
            std::int64_t both = 0;
            for (std::int64_t e = m_turnedFirst[std::size_t(i)]; e < m_turnedFirst[std::size_t(i) + 1]; ++e)
                both += std::binary_search(sorted.begin(), sorted.end(), m_turned[std::size_t(e)]) ? 1 : 0;
            const std::int64_t entries = k + m_turnedFirst[std::size_t(i) + 1] - m_turnedFirst[std::size_t(i)] - both;
            m_result.first[std::size_t(i) + 1] = (entries + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
        }
    });
    for (std::size_t i = 0; i < std::size_t(n); ++i)
        m_result.first[i + 1] += m_result.first[i];
    m_result.index.resize(std::size_t(m_result.first.back()));
    m_result.value.resize(std::size_t(m_result.first.back()));
}

void AffinityFit::fillRow(std::int64_t i)
{
    const std::int64_t n = m_neighbours.count, k = m_neighbours.k;
    std::vector<std::pair<std::int32_t, float>> own;
    for (std::int64_t e = i * k; e < (i + 1) * k; ++e)
        own.emplace_back(m_neighbours.index[std::size_t(e)], m_conditional[std::size_t(e)]);
    std::sort(own.begin(), own.end());
    auto to = std::size_t(m_result.first[std::size_t(i)]);
    const double half = 0.5 / double(n); // all p(j|i) of a row sum to one
    auto turned = std::size_t(m_turnedFirst[std::size_t(i)]);
    const auto turnedEnd = std::size_t(m_turnedFirst[std::size_t(i) + 1]);
    const auto append = [&](std::int32_t j, double value) {
        m_result.index[to] = j;
        m_result.value[to++] = float(value * half);
    };
    for (auto it = own.begin(); it != own.end() || turned < turnedEnd;) {
        if (it == own.end() || (turned < turnedEnd && m_turned[turned] < it->first)) {
            append(m_turned[turned], double(m_turnedValue[turned]));
            ++turned;
        } else if (turned < turnedEnd && m_turned[turned] == it->first) {
            append(it->first, double(it->second) + double(m_turnedValue[turned]));
            ++it;
            ++turned;
        } else {
            append(it->first, double(it->second));
            ++it;
        }
    }
    for (; to < std::size_t(m_result.first[std::size_t(i) + 1]); ++to) {
        m_result.index[to] = std::int32_t(i);
        m_result.value[to] = 0;
    }
}

} // namespace orrery::maps
