// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/umap.h"

#include "engine/maps/chunks.h"
#include "engine/runtime/generator.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace orrery::maps {

namespace {

constexpr std::int64_t kSlicesAChunk = 8, kRowsAChunk = 512;
constexpr std::int64_t kPointsAStep = 60'000;

/// So that a run of points may begin at any of them.
void wrap(std::vector<float> &pairs, std::int64_t count)
{
    for (std::int64_t i = 0; i < 2 * kRun; ++i)
        pairs[std::size_t(2 * count + i)] = pairs[std::size_t(i % (2 * count))];
}

} // namespace

UmapOptimiser::UmapOptimiser(const SymmetricRows &rows, OptimiserState state, const UmapSettings &settings,
                             const Kernels &kernels)
    : m_rows(rows), m_settings(settings), m_kernels(kernels), m_slices(rows, settings.anchors ? 1 : kBlocks),
      m_iteration(state.iteration), m_given(std::move(state.positions))
{}

void UmapOptimiser::arrange()
{
    const std::int64_t n = m_rows.count;
    m_at.resize(std::size_t(2 * (n + kRun)));
    m_moved.resize(m_at.size());
    for (std::int64_t place = 0; place < n; ++place) {
        const auto row = std::size_t(m_slices.order()[std::size_t(place)]);
        m_at[std::size_t(2 * place)] = m_given[2 * row];
        m_at[std::size_t(2 * place + 1)] = m_given[2 * row + 1];
    }
    wrap(m_at, n);
    if (m_settings.anchors) {
        m_anchors = *m_settings.anchors;
        const auto count = std::int64_t(m_anchors.size() / 2);
        m_anchors.resize(m_anchors.size() + std::size_t(2 * kRun));
        wrap(m_anchors, count);
    }
    m_given = {};
    m_arranged = true;
}

OptimiserState UmapOptimiser::state() const
{
    OptimiserState state;
    state.iteration = m_iteration;
    if (!m_arranged) {
        state.positions = m_given;
        return state;
    }
    state.positions.resize(std::size_t(2 * m_rows.count));
    constexpr std::int64_t kPlacesAChunk = 16384;
    forChunks((m_rows.count + kPlacesAChunk - 1) / kPlacesAChunk, [&](std::int64_t chunk) {
        const std::int64_t last = std::min(m_rows.count, (chunk + 1) * kPlacesAChunk);
        for (auto place = std::size_t(chunk * kPlacesAChunk); place < std::size_t(last); ++place) {
            const auto row = std::size_t(m_slices.order()[place]);
            state.positions[2 * row] = m_at[2 * place];
            state.positions[2 * row + 1] = m_at[2 * place + 1];
        }
    });
    return state;
}

void UmapOptimiser::step()
{
    if (!m_slices.done()) {
        m_slices.step();
        if (m_slices.done())
            arrange();
        return;
    }
    for (std::int64_t moved = 0; moved < kPointsAStep;) {
        moved += m_slices.firstPlace(m_block + 1) - m_slices.firstPlace(m_block);
        moveBlock(m_block);
        if (++m_block == m_slices.blocks()) {
            m_block = 0;
            ++m_iteration;
            return;
        }
    }
}

void UmapOptimiser::moveBlock(std::int64_t block)
{
    const auto points = std::int64_t((m_settings.anchors ? m_anchors : m_at).size() / 2) - kRun;
    MapMove move;
    move.a = float(m_settings.curve.a);
    move.b = float(m_settings.curve.b);
    move.step = float(m_settings.firstStep * (1 - double(m_iteration) / double(m_settings.iterations)));
    move.again = m_settings.anchors ? 0 : 1;
    move.epoch = m_iteration + 1;
    move.negatives = m_settings.negatives;
    move.others = points;
    Generator generator(m_settings.seed, std::uint64_t(m_iteration), 0x756d6170);
    move.key = std::uint64_t(generator.bits()) << 32;
    move.key |= generator.bits();
    const std::int64_t first = m_slices.firstSlice(block), last = m_slices.firstSlice(block + 1);
    forChunks((last - first + kSlicesAChunk - 1) / kSlicesAChunk, [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kSlicesAChunk;
        m_kernels.moveSlices(m_slices.slices(), move, (m_settings.anchors ? m_anchors : m_at).data(), m_at.data(), from,
                             std::min(last, from + kSlicesAChunk), m_moved.data());
    });
    const std::int64_t from = 2 * m_slices.firstPlace(block), to = 2 * m_slices.firstPlace(block + 1);
    std::copy(m_moved.begin() + from, m_moved.begin() + to, m_at.begin() + from);
    wrap(m_at, m_rows.count);
}

void UmapOptimiser::beginLoss()
{
    m_lossAt = state().positions;
    m_lossNext = 0;
    m_lossParts.clear();
}

void UmapOptimiser::lossStep()
{
    constexpr std::int64_t kChunksAStep = 16;
    constexpr double kNearest = 1e-6; // squared: nothing is closer, so that the logarithm is finite
    const std::int64_t n = m_rows.count, first = m_lossNext;
    const auto [a, b] = m_settings.curve;
    m_lossNext = std::min(n, first + kChunksAStep * kRowsAChunk);
    const std::int64_t chunks = (m_lossNext - first + kRowsAChunk - 1) / kRowsAChunk;
    const std::size_t done = m_lossParts.size();
    m_lossParts.resize(done + std::size_t(2 * chunks));
    const auto far = [&, a = a, b = b](std::int64_t i, std::int64_t j) { // a d^2b
        const double x = double(m_lossAt[std::size_t(2 * i)]) - double(m_lossAt[std::size_t(2 * j)]);
        const double y = double(m_lossAt[std::size_t(2 * i + 1)]) - double(m_lossAt[std::size_t(2 * j + 1)]);
        return a * std::pow(std::max(kNearest, x * x + y * y), b);
    };
    forChunks(chunks, [&](std::int64_t chunk) {
        double sum = 0, weights = 0;
        const std::int64_t from = first + chunk * kRowsAChunk;
        for (std::int64_t i = from; i < std::min(m_lossNext, from + kRowsAChunk); ++i) {
            double weight = 0;
            for (std::int64_t e = m_rows.first[std::size_t(i)]; e < m_rows.first[std::size_t(i) + 1]; ++e) {
                const auto value = double(m_rows.value[std::size_t(e)]);
                if (!(value > 0))
                    continue;
                weight += value;
                sum += value * std::log1p(far(i, m_rows.index[std::size_t(e)]));
            }
            Generator generator(m_settings.seed, std::uint64_t(i), 0x756d6c6f);
            for (std::int64_t draw = 0; draw < m_settings.negatives; ++draw)
                if (const std::int64_t j = generator.below(n); j != i)
                    sum += weight * std::log1p(1 / far(i, j));
            weights += weight;
        }
        m_lossParts[done + std::size_t(2 * chunk)] = sum;
        m_lossParts[done + std::size_t(2 * chunk) + 1] = weights;
    });
}

double UmapOptimiser::loss() const
{
    double sum = 0, weights = 0;
    for (std::size_t i = 0; i < m_lossParts.size(); i += 2) {
        sum += m_lossParts[i];
        weights += m_lossParts[i + 1];
    }
    return weights > 0 ? sum / weights : 0;
}

} // namespace orrery::maps
