// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/fuzzy_set.h"

#include "engine/maps/chunks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace orrery::maps {

namespace {
constexpr std::int64_t kRowsAChunk = 256;
constexpr std::int64_t kRowsAStep = 16384;
constexpr double kUnknownDistance = 1, kNearestFarDistance = 2.5;
} // namespace

double smoothWidth(const float *distances, std::int64_t others, std::int64_t k, double rho, double smallest)
{
    const double target = std::log2(double(k));
    double furthest = 0;
    std::int64_t certain = 0;
    for (std::int64_t j = 0; j < others; ++j) {
        certain += double(distances[j]) <= rho ? 1 : 0;
        furthest = std::max(furthest, double(distances[j]) - rho);
    }
    if (double(others) <= target)
        return std::max({1.0, smallest, 1e6 * furthest}); // however wide, the sum does not get there
    if (double(certain) >= target)
        return smallest;
    // The sum grows with σ: Newton's step, or half of the interval where it leaves it.
    constexpr int kMostTrials = 200;
    constexpr double kTolerance = 1e-9;
    double low = 0, high = std::numeric_limits<double>::infinity(), sigma = furthest / 2;
    for (int trial = 0; trial < kMostTrials; ++trial) {
        double sum = double(certain), slope = 0;
        for (std::int64_t j = 0; j < others; ++j) {
            const double beyond = double(distances[j]) - rho;
            if (beyond <= 0)
                continue;
            const double sure = std::exp(-beyond / sigma);
            sum += sure;
            slope += sure * beyond / (sigma * sigma);
        }
        const double excess = sum - target;
        if (std::abs(excess) < kTolerance * target)
            break;
        (excess > 0 ? high : low) = sigma;
        double next = slope > 0 ? sigma - excess / slope : -1;
        if (!(next > low && next < high))
            next = std::isinf(high) ? sigma * 2 : (low + high) / 2;
        if (next == sigma)
            break;
        sigma = next;
    }
    return std::max(sigma, smallest);
}

FuzzySetFit::FuzzySetFit(Neighbours neighbours, Metric metric, Classes classes)
    : m_neighbours(std::move(neighbours)), m_metric(metric), m_classes(std::move(classes))
{
    const auto n = std::size_t(m_neighbours.count);
    m_result.rhos.resize(n);
    m_result.sigmas.resize(n);
    m_sums.resize((n + kRowsAChunk - 1) / kRowsAChunk);
    m_value.reserve(m_neighbours.index.size());
}

double FuzzySetFit::fraction() const
{
    const double part = double(m_next) / double(m_neighbours.count);
    switch (m_phase) {
    case Phase::Distances:
        return 0.05 * part;
    case Phase::Widths:
        return 0.05 + 0.45 * part;
    case Phase::Union:
        return 0.5 + 0.4 * m_union->fraction();
    case Phase::Weaken:
    case Phase::Restore:
        return 0.9 + 0.05 * (part + (m_phase == Phase::Restore ? 1 : 0));
    case Phase::Done:
        break;
    }
    return 1;
}

void FuzzySetFit::step()
{
    if (done())
        return;
    if (m_phase == Phase::Union) {
        m_union->step();
        if (m_union->done())
            enter(m_classes.of ? Phase::Weaken : Phase::Done);
        return;
    }
    const std::int64_t n = m_neighbours.count, first = m_next;
    m_next = std::min(n, first + kRowsAStep);
    if (m_phase == Phase::Widths)
        m_value.resize(std::size_t(m_next * m_neighbours.k)); // memory is cleared in steps, too
    const auto work = m_phase == Phase::Distances ? &FuzzySetFit::distancesOf
                      : m_phase == Phase::Widths  ? &FuzzySetFit::widthOf
                      : m_phase == Phase::Weaken  ? &FuzzySetFit::weakenRow
                                                  : &FuzzySetFit::restoreRow;
    forChunks((m_next - first + kRowsAChunk - 1) / kRowsAChunk, [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        for (std::int64_t i = from; i < std::min(m_next, from + kRowsAChunk); ++i)
            (this->*work)(i);
    });
    if (m_next == n)
        enter(Phase(int(m_phase) + 1));
}

void FuzzySetFit::enter(Phase phase)
{
    if (phase == Phase::Widths) {
        for (const double sum : m_sums)
            m_mean += sum / (double(m_neighbours.count) * double(m_neighbours.k + 1)); // with the point itself
    } else if (phase == Phase::Union) {
        m_union.emplace(m_neighbours.count, m_neighbours.k, std::move(m_neighbours.index), std::move(m_value),
                        NeighbourUnion::Combine::Fuzzy);
        m_neighbours = {m_neighbours.count, m_neighbours.k, {}, {}}; // a million points need the memory
    } else if (m_phase == Phase::Union) {
        static_cast<SymmetricRows &>(m_result) = m_union->take();
        m_union.reset();
        m_surest.resize(phase == Phase::Weaken ? std::size_t(m_neighbours.count) : 0);
    }
    m_phase = phase;
    m_next = 0;
}

void FuzzySetFit::distancesOf(std::int64_t i)
{
    double &sum = m_sums[std::size_t(i / kRowsAChunk)];
    for (auto e = std::size_t(i * m_neighbours.k); e < std::size_t((i + 1) * m_neighbours.k); ++e) {
        float &distance = m_neighbours.squaredDistance[e];
        distance = m_metric == Metric::Cosine ? distance / 2 : std::sqrt(distance);
        sum += double(distance);
    }
}

void FuzzySetFit::widthOf(std::int64_t i)
{
    const std::int64_t k = m_neighbours.k;
    const float *distances = m_neighbours.squaredDistance.data() + i * k; // distances by now
    const float *different = std::find_if(distances, distances + k, [](float d) { return d > 0; });
    const double rho = different == distances + k ? 0 : double(*different);
    const double mean = std::accumulate(distances, distances + k, 0.0) / double(k + 1);
    const double sigma = smoothWidth(distances, k, k + 1, rho, kSmallestOfMean * (rho > 0 ? mean : m_mean));
    m_result.rhos[std::size_t(i)] = float(rho);
    m_result.sigmas[std::size_t(i)] = float(sigma);
    for (std::int64_t j = 0; j < k; ++j) {
        const double beyond = double(distances[j]) - rho;
        m_value[std::size_t(i * k + j)] = beyond <= 0 || !(sigma > 0) ? 1.0F : float(std::exp(-beyond / sigma));
    }
}

void FuzzySetFit::weakenRow(std::int64_t i)
{
    const std::vector<std::int32_t> &of = *m_classes.of;
    const auto unknown = float(std::exp(-kUnknownDistance));
    const auto far = float(m_classes.weight < 1 ? std::exp(-kNearestFarDistance / (1 - m_classes.weight)) : 0.0);
    float surest = 0;
    for (auto e = std::size_t(m_result.first[std::size_t(i)]); e < std::size_t(m_result.first[std::size_t(i) + 1]);
         ++e) {
        const std::int32_t a = of[std::size_t(i)], b = of[std::size_t(m_result.index[e])];
        m_result.value[e] *= a == -1 || b == -1 ? unknown : a != b ? far : 1.0F;
        surest = std::max(surest, m_result.value[e]);
    }
    m_surest[std::size_t(i)] = surest;
}

void FuzzySetFit::restoreRow(std::int64_t i)
{
    for (auto e = std::size_t(m_result.first[std::size_t(i)]); e < std::size_t(m_result.first[std::size_t(i) + 1]);
         ++e) {
        const auto value = double(m_result.value[e]);
        if (!(value > 0))
            continue;
        const double a = value / double(m_surest[std::size_t(i)]);
        const double b = value / double(m_surest[std::size_t(m_result.index[e])]);
        m_result.value[e] = float(a + b - a * b);
    }
}

void dropUnlikely(SymmetricRows &rows, std::int64_t iterations)
{
    constexpr std::int64_t kEntriesAChunk = 65536;
    const auto entries = std::int64_t(rows.value.size());
    const std::int64_t chunks = (entries + kEntriesAChunk - 1) / kEntriesAChunk;
    std::vector<float> largest(std::size_t(chunks), 0.0F);
    const auto part = [&](std::int64_t chunk) {
        return std::pair(rows.value.begin() + chunk * kEntriesAChunk,
                         rows.value.begin() + std::min(entries, (chunk + 1) * kEntriesAChunk));
    };
    forChunks(chunks, [&](std::int64_t chunk) {
        const auto [from, to] = part(chunk);
        largest[std::size_t(chunk)] = *std::max_element(from, to);
    });
    const float least =
        *std::max_element(largest.begin(), largest.end()) / float(std::max<std::int64_t>(1, iterations));
    forChunks(chunks, [&](std::int64_t chunk) {
        const auto [from, to] = part(chunk);
        std::replace_if(
            from, to, [&](float value) { return value < least; }, 0.0F);
    });
}

} // namespace orrery::maps
