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
    return m_phase == Phase::Widths ? part * 0.6 : done() ? 1.0 : 0.6 + (double(m_phase) - 1 + part) * 0.1;
}

void AffinityFit::step()
{
    if (done())
        return;
    const std::int64_t n = m_neighbours.count, first = m_next;
    m_next = std::min(n, first + kRowsAChunk * kChunksAStep);
    if (m_phase == Phase::Count || m_phase == Phase::Turn) {
        for (std::int64_t i = first; i < m_next; ++i) // rows write into each other's: one thread, in order
            turn(i);
    } else {
        const auto work = m_phase == Phase::Widths    ? &AffinityFit::calibrate
                          : m_phase == Phase::Lengths ? &AffinityFit::measureRow
                                                      : &AffinityFit::fillRow;
        forChunks(kChunksAStep, [&](std::int64_t chunk) {
            const std::int64_t from = first + chunk * kRowsAChunk;
            for (std::int64_t i = from; i < std::min(m_next, from + kRowsAChunk); ++i)
                (this->*work)(i);
        });
    }
    if (m_next == n)
        enter(Phase(int(m_phase) + 1));
}

void AffinityFit::enter(Phase phase)
{
    m_phase = phase;
    m_next = 0;
    const auto n = std::size_t(m_neighbours.count);
    const auto addUp = [n](std::vector<std::int64_t> &counts) {
        for (std::size_t i = 0; i < n; ++i)
            counts[i + 1] += counts[i];
    };
    if (phase == Phase::Count) {
        m_turnedFirst.assign(n + 1, 0);
    } else if (phase == Phase::Turn) {
        addUp(m_turnedFirst);
        m_turnedNext.assign(m_turnedFirst.begin(), m_turnedFirst.end() - 1);
        m_turned.resize(m_neighbours.index.size());
        m_turnedValue.resize(m_neighbours.index.size());
    } else if (phase == Phase::Lengths) {
        m_result.first.assign(n + 1, 0);
    } else if (phase == Phase::Rows) {
        addUp(m_result.first);
        m_result.index.resize(std::size_t(m_result.first.back()));
        m_result.value.resize(std::size_t(m_result.first.back()));
    }
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

void AffinityFit::turn(std::int64_t i)
{
    const std::int64_t k = m_neighbours.k;
    for (auto e = std::size_t(i * k); e < std::size_t((i + 1) * k); ++e) {
        const auto j = std::size_t(m_neighbours.index[e]);
        if (m_phase == Phase::Count) {
            ++m_turnedFirst[j + 1];
            continue;
        }
        const auto place = std::size_t(m_turnedNext[j]++);
        m_turned[place] = std::int32_t(i); // ascending: i is
        m_turnedValue[place] = m_conditional[e];
    }
}

void AffinityFit::measureRow(std::int64_t i)
{
    // A row is the union of neighbours and of those that have the point as theirs.
    const auto row = m_neighbours.index.begin() + i * m_neighbours.k;
    std::vector<std::int32_t> sorted(row, row + m_neighbours.k);
    std::sort(sorted.begin(), sorted.end());
    const std::int64_t first = m_turnedFirst[std::size_t(i)], last = m_turnedFirst[std::size_t(i) + 1];
    std::int64_t entries = m_neighbours.k + last - first;
    for (std::int64_t e = first; e < last; ++e)
        entries -= std::binary_search(sorted.begin(), sorted.end(), m_turned[std::size_t(e)]) ? 1 : 0;
    m_result.first[std::size_t(i) + 1] = (entries + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
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
