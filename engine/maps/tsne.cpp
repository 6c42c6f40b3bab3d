// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/tsne.h"

#include "engine/maps/chunks.h"

#include <algorithm>
#include <cmath>

namespace orrery::maps {

namespace {

constexpr std::int64_t kRowsAChunk = 512;
constexpr std::int64_t kEntriesAPart = 8'000'000; // of the affinities
constexpr float kLongestStep = 5;                 // a point moves no further in one iteration, as in openTSNE
constexpr float kSmallestGain = 0.01F;
constexpr float kFarAway = 1e18F; // where the exact method's padding lies

std::int64_t chunksOf(std::int64_t count)
{
    return (count + kRowsAChunk - 1) / kRowsAChunk;
}

} // namespace

double exaggerationAt(const TsneSettings &settings, std::int64_t iteration)
{
    const std::int64_t early = settings.earlyIterations, held = early * 2 / 5;
    if (iteration >= early)
        return settings.exaggeration;
    if (iteration < held)
        return settings.earlyExaggeration;
    const double part = double(iteration - held + 1) / double(early - held + 1);
    return settings.earlyExaggeration * std::pow(settings.exaggeration / settings.earlyExaggeration, part);
}

TsneOptimiser::TsneOptimiser(const Affinities &affinities, OptimiserState state, const TsneSettings &settings,
                             const Kernels &kernels)
    : m_affinities(affinities), m_settings(settings), m_kernels(kernels), m_state(std::move(state)), m_field(kernels)
{
    const auto size = std::size_t(2 * affinities.count);
    if (m_state.updates.empty())
        m_state.updates.assign(size, 0.0F);
    if (m_state.gains.empty())
        m_state.gains.assign(size, 1.0F);
    m_attraction.resize(size);
    m_repulsion.resize(size);
}

std::int64_t TsneOptimiser::rowsAPart() const
{
    const double entriesARow = double(m_affinities.index.size()) / double(m_affinities.count);
    const auto chunks = std::int64_t(double(kEntriesAPart) / entriesARow / double(kRowsAChunk));
    return std::max<std::int64_t>(1, chunks) * kRowsAChunk;
}

void TsneOptimiser::step()
{
    const std::int64_t n = m_affinities.count;
    if (m_part < n) {
        const std::int64_t last = std::min(n, m_part + rowsAPart());
        if (m_part == 0 && !m_begun) {
            beginForces();
            m_begun = true;
        }
        if (!m_field.ready()) { // a larger map has a larger grid
            m_field.prepareStep();
            return;
        }
        forces(m_part, last, m_part == 0);
        m_part = last;
        if (n > kEntriesAPart / 100) // a step of its own for what follows
            return;
    }
    if (m_part < n)
        return;
    repel();
    move(exaggerationAt(m_settings, m_state.iteration));
    ++m_state.iteration;
    m_part = 0;
    m_begun = false;
}

void TsneOptimiser::beginForces()
{
    const std::int64_t n = m_affinities.count;
    const std::vector<float> &at = m_state.positions;
    if (n <= kExact) {
        const std::int64_t padded = (n + 15) / 16 * 16;
        m_x.assign(std::size_t(padded), kFarAway);
        m_y.assign(std::size_t(padded), kFarAway);
        m_masses.resize(std::size_t(n));
        for (std::size_t i = 0; i < std::size_t(n); ++i) {
            m_x[i] = at[2 * i];
            m_y[i] = at[2 * i + 1];
        }
        return;
    }
    float low[2] = {at[0], at[1]}, high[2] = {at[0], at[1]};
    for (std::size_t i = 0; i < at.size(); i += 2)
        for (std::size_t c = 0; c < 2; ++c) {
            low[c] = std::min(low[c], at[i + c]);
            high[c] = std::max(high[c], at[i + c]);
        }
    m_field.prepare(low[0], low[1], high[0], high[1]);
}

void TsneOptimiser::forces(std::int64_t firstRow, std::int64_t lastRow, bool withCharge)
{
    const std::int64_t chunks = chunksOf(lastRow - firstRow);
    const bool spreads = withCharge && m_affinities.count > kExact;
    // The charge is one thread's work, in the order of the points; the others start with the attraction meanwhile.
    forChunks(chunks + (spreads ? 1 : 0), [&](std::int64_t chunk) {
        if (spreads && chunk-- == 0) {
            m_field.spread(m_state.positions.data(), m_affinities.count);
            return;
        }
        const std::int64_t first = firstRow + chunk * kRowsAChunk;
        m_kernels.attract(m_state.positions.data(), m_affinities.rows(), first, std::min(lastRow, first + kRowsAChunk),
                          m_attraction.data());
    });
}

void TsneOptimiser::repel()
{
    const std::int64_t n = m_affinities.count;
    if (n <= kExact) {
        constexpr std::int64_t kRows = 64;
        forChunks((n + kRows - 1) / kRows, [&](std::int64_t chunk) {
            m_kernels.repelAll(m_x.data(), m_y.data(), std::int64_t(m_x.size()), m_state.positions.data(),
                               chunk * kRows, std::min(n, (chunk + 1) * kRows), m_repulsion.data(), m_masses.data());
        });
        m_mass = 0;
        for (const float mass : m_masses)
            m_mass += double(mass);
        return;
    }
    for (int phase = 0; phase < RepulsionField::kPhases; ++phase)
        forChunks(m_field.chunksOfPhase(phase), [&](std::int64_t chunk) { m_field.run(phase, chunk); });
    m_mass = m_field.mass();
}

void TsneOptimiser::move(double exaggeration)
{
    const std::int64_t n = m_affinities.count;
    const double rate = m_settings.learningRate > 0 ? m_settings.learningRate : double(n) / exaggeration;
    const auto momentum = float(m_settings.momentum);
    const auto attraction = float(rate * exaggeration), repulsion = float(rate / std::max(normalisation(), 1e-300));
    std::vector<double> sums(std::size_t(2 * chunksOf(n)));
    forChunks(chunksOf(n), [&](std::int64_t chunk) {
        const std::int64_t first = chunk * kRowsAChunk, last = std::min(n, first + kRowsAChunk);
        if (n > kExact)
            m_field.gather(m_state.positions.data(), first, last, m_repulsion.data());
        double sum[2] = {0, 0};
        for (auto i = std::size_t(2 * first); i < std::size_t(2 * last); i += 2) {
            float update[2];
            for (std::size_t c = 0; c < 2; ++c) {
                const float gradient = attraction * m_attraction[i + c] - repulsion * m_repulsion[i + c];
                float &gain = m_state.gains[i + c];
                const float before = m_state.updates[i + c];
                const bool same = (gradient > 0) == (before > 0) && before != 0;
                gain = same ? gain * 0.8F + kSmallestGain : gain + 0.2F;
                update[c] = momentum * before - gain * gradient;
            }
            const float length = std::sqrt(update[0] * update[0] + update[1] * update[1]);
            const float shorten = length > kLongestStep ? kLongestStep / length : 1.0F;
            for (std::size_t c = 0; c < 2; ++c) {
                m_state.updates[i + c] = update[c] * shorten;
                m_state.positions[i + c] += m_state.updates[i + c];
                sum[c] += double(m_state.positions[i + c]);
            }
        }
        sums[std::size_t(2 * chunk)] = sum[0];
        sums[std::size_t(2 * chunk + 1)] = sum[1];
    });
    double mean[2] = {0, 0};
    for (std::size_t i = 0; i < sums.size(); ++i)
        mean[i % 2] += sums[i] / double(n);
    for (std::size_t i = 0; i < m_state.positions.size(); ++i)
        m_state.positions[i] -= float(mean[i % 2]);
}

std::vector<float> TsneOptimiser::gradient()
{
    beginForces();
    while (!m_field.ready())
        m_field.prepareStep();
    forces(0, m_affinities.count, true);
    repel();
    if (m_affinities.count > kExact)
        m_field.gather(m_state.positions.data(), 0, m_affinities.count, m_repulsion.data());
    std::vector<float> result(m_attraction.size());
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = float(double(m_attraction[i]) - double(m_repulsion[i]) / normalisation());
    return result;
}

void TsneOptimiser::beginLoss()
{
    beginForces();
    while (!m_field.ready())
        m_field.prepareStep();
    if (m_affinities.count > kExact)
        m_field.spread(m_state.positions.data(), m_affinities.count);
    repel();
    m_lossNext = 0;
    m_lossParts.clear();
}

void TsneOptimiser::lossStep()
{
    constexpr std::int64_t kChunksAStep = 8;
    const std::int64_t n = m_affinities.count, first = m_lossNext;
    m_lossNext = std::min(n, first + kChunksAStep * kRowsAChunk);
    std::vector<double> parts(std::size_t(chunksOf(m_lossNext - first)), 0.0);
    forChunks(std::int64_t(parts.size()), [&](std::int64_t chunk) {
        double sum = 0;
        const std::int64_t from = first + chunk * kRowsAChunk;
        for (std::int64_t i = from; i < std::min(m_lossNext, from + kRowsAChunk); ++i)
            for (auto e = std::size_t(m_affinities.first[std::size_t(i)]);
                 e < std::size_t(m_affinities.first[std::size_t(i) + 1]); ++e) {
                const auto p = double(m_affinities.value[e]);
                if (p <= 0)
                    continue;
                const auto j = std::size_t(m_affinities.index[e]);
                const double x = double(m_state.positions[std::size_t(2 * i)]) - double(m_state.positions[2 * j]);
                const double y =
                    double(m_state.positions[std::size_t(2 * i + 1)]) - double(m_state.positions[2 * j + 1]);
                sum += p * std::log(p * (1 + x * x + y * y));
            }
        parts[std::size_t(chunk)] = sum;
    });
    m_lossParts.insert(m_lossParts.end(), parts.begin(), parts.end());
}

double TsneOptimiser::loss() const
{
    double sum = 0;
    for (const double part : m_lossParts)
        sum += part;
    return sum + std::log(std::max(normalisation(), 1e-300)); // the affinities sum to one
}

} // namespace orrery::maps
