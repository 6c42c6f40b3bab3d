// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/spectral.h"

#include "engine/maps/chunks.h"
#include "engine/models/one_thread.h"
#include "engine/runtime/generator.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace orrery::maps {

namespace {

constexpr std::int64_t kRowsAChunk = 1024;
constexpr std::int64_t kEntriesAStep = 2'000'000;
constexpr auto kWidth = std::size_t(kColumns);

std::int64_t chunksOf(std::int64_t rows)
{
    return (rows + kRowsAChunk - 1) / kRowsAChunk;
}

} // namespace

ComponentSearch::ComponentSearch(const SymmetricRows &graph)
    : m_graph(graph), m_label(std::size_t(graph.count), std::int32_t(-1))
{}

void ComponentSearch::step()
{
    for (std::int64_t left = kEntriesAStep / 4; left > 0 && !done();) {
        if (m_open.empty()) {
            --left;
            if (m_label[std::size_t(m_scanned)] < 0) {
                m_label[std::size_t(m_scanned)] = std::int32_t(m_count++);
                m_open.push_back(std::int32_t(m_scanned));
            }
            ++m_scanned;
            continue;
        }
        const auto i = std::size_t(m_open.back());
        m_open.pop_back();
        for (auto e = std::size_t(m_graph.first[i]); e < std::size_t(m_graph.first[i + 1]); ++e) {
            const std::int32_t j = m_graph.index[e];
            if (m_graph.value[e] > 0 && m_label[std::size_t(j)] < 0) {
                m_label[std::size_t(j)] = m_label[i];
                m_open.push_back(j);
            }
        }
        left -= m_graph.first[i + 1] - m_graph.first[i];
    }
}

PartCopy::PartCopy(const SymmetricRows &graph, const std::vector<std::int32_t> &members,
                   const std::vector<std::int32_t> &ranks)
    : m_graph(graph), m_members(members), m_ranks(ranks)
{
    std::int64_t entries = 0;
    for (const std::int32_t row : members)
        entries += graph.first[std::size_t(row) + 1] - graph.first[std::size_t(row)];
    m_part.count = std::int64_t(members.size());
    m_part.first.reserve(members.size() + 1);
    m_part.first.push_back(0);
    m_part.index.reserve(std::size_t(entries));
    m_part.value.reserve(std::size_t(entries));
}

void PartCopy::step()
{
    for (std::int64_t left = kEntriesAStep / 4; left > 0 && !done(); ++m_next) {
        const auto row = std::size_t(m_members[m_next]);
        for (auto e = std::size_t(m_graph.first[row]); e < std::size_t(m_graph.first[row + 1]); ++e) {
            // What is no connection leads to the point itself, as in every row.
            const bool is = m_graph.value[e] > 0;
            m_part.index.push_back(is ? m_ranks[std::size_t(m_graph.index[e])] : std::int32_t(m_next));
            m_part.value.push_back(is ? m_graph.value[e] : 0);
        }
        left -= m_graph.first[row + 1] - m_graph.first[row];
        m_part.first.push_back(std::int64_t(m_part.index.size()));
    }
}

SmoothestVectors::SmoothestVectors(const SymmetricRows &graph, const Kernels &kernels)
    : m_graph(graph), m_kernels(kernels)
{
    const std::int64_t n = graph.count;
    m_vectors.assign(std::size_t(2 * n), 0.0F);
    if (n <= kDense) {
        m_phase = Phase::Dense;
        return;
    }
    for (std::vector<float> *values : {&m_degree, &m_perDegree})
        values->reserve(std::size_t(n));
    for (std::vector<float> *block : {&m_in, &m_before, &m_out})
        block->reserve(std::size_t(n) * kWidth);
    m_parts.resize(std::size_t(chunksOf(n)));
}

void SmoothestVectors::begin()
{
    const std::int64_t n = m_graph.count, first = m_next;
    m_next = std::min(n, first + rowsAStep() / 2);
    for (std::vector<float> *values : {&m_degree, &m_perDegree}) // memory is cleared in steps, too
        values->resize(std::size_t(m_next));
    for (std::vector<float> *block : {&m_in, &m_before, &m_out})
        block->resize(std::size_t(m_next) * kWidth);
    forChunks(chunksOf(m_next - first), [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        Generator generator(0, std::uint64_t(from), 0x737063);
        for (std::int64_t i = from; i < std::min(m_next, from + kRowsAChunk); ++i) {
            double sum = 0;
            for (auto e = std::size_t(m_graph.first[std::size_t(i)]);
                 e < std::size_t(m_graph.first[std::size_t(i) + 1]); ++e)
                sum += double(m_graph.value[e]);
            m_degree[std::size_t(i)] = float(sum);
            m_perDegree[std::size_t(i)] = sum > 0 ? float(1 / sum) : 0.0F;
            m_parts[std::size_t(from / kRowsAChunk)] += double(m_degree[std::size_t(i)]);
            for (std::size_t c = 0; c < kWidth; ++c)
                m_in[std::size_t(i) * kWidth + c] = float(generator.uniform() - 0.5);
        }
    });
    if (m_next < n)
        return;
    for (const double part : m_parts)
        m_weight += part;
    endRound();
}

double SmoothestVectors::fraction() const
{
    if (done() || m_phase == Phase::Dense || m_phase == Phase::Begin)
        return done() ? 1 : 0;
    return (double(m_round) + double(m_term) / double(m_terms + 1)) / double(kMostRounds + 1);
}

std::int64_t SmoothestVectors::mostTerms() const
{
    return std::max<std::int64_t>(kFewestTerms, kMostEntries / std::int64_t(m_graph.index.size()));
}

std::int64_t SmoothestVectors::rowsAStep() const
{
    const double entriesARow = double(m_graph.index.size()) / double(m_graph.count);
    return std::max<std::int64_t>(1, std::int64_t(double(kEntriesAStep) / entriesARow / kRowsAChunk)) * kRowsAChunk;
}

void SmoothestVectors::step()
{
    switch (m_phase) {
    case Phase::Dense:
        solveDense();
        break;
    case Phase::Begin:
        begin();
        break;
    case Phase::Filter:
        filterStep();
        break;
    case Phase::Average:
        average(1, 0, false);
        if (m_next == m_graph.count) {
            m_next = 0;
            m_parts.assign(std::size_t(chunksOf(m_graph.count)) * (2 * kWidth + 1) * kWidth, 0.0);
            m_phase = Phase::Gram;
        }
        break;
    case Phase::Gram:
        gramStep();
        break;
    case Phase::Turn:
        turnStep();
        break;
    case Phase::Done:
        break;
    }
}

void SmoothestVectors::solveDense()
{
    const OneThread one;
    const std::int64_t n = m_graph.count;
    at::Tensor dense = at::zeros({n, n}, at::TensorOptions(at::kDouble)); // A
    auto *entry = dense.mutable_data_ptr<double>();
    for (std::int64_t i = 0; i < n; ++i)
        for (auto e = std::size_t(m_graph.first[std::size_t(i)]); e < std::size_t(m_graph.first[std::size_t(i) + 1]);
             ++e)
            entry[i * n + m_graph.index[e]] += double(m_graph.value[e]);
    const at::Tensor root = dense.sum(1).clamp_min(1e-300).rsqrt();
    const auto [values, vectors] = at::linalg_eigh(dense * root.unsqueeze(1) * root.unsqueeze(0)); // ascending
    for (std::int64_t c = 0; c < std::min<std::int64_t>(2, n - 1); ++c) {
        const at::Tensor vector = vectors.select(1, n - 2 - c).contiguous();
        m_eigenvalues[std::size_t(c)] = 1 - values[n - 2 - c].item<double>();
        for (std::int64_t i = 0; i < n; ++i)
            m_vectors[std::size_t(2 * i + c)] = float(vector.const_data_ptr<double>()[i]);
    }
    finish();
}

void SmoothestVectors::average(float scale, float shift, bool withBefore)
{
    const std::int64_t n = m_graph.count, first = m_next;
    m_next = std::min(n, first + rowsAStep());
    forChunks(chunksOf(m_next - first), [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        m_kernels.averageRows(m_in.data(), m_graph.rows(), m_perDegree.data(), from,
                              std::min(m_next, from + kRowsAChunk), scale, shift,
                              withBefore ? m_before.data() : nullptr, m_out.data());
    });
}

void SmoothestVectors::filterStep()
{
    // Eigenvalues in [−1, cut] become those in [−1, 1], where Chebyshev's polynomials stay small.
    const double centre = (m_cut - 1) / 2, half = (m_cut + 1) / 2, twice = m_term > 0 ? 2 : 1;
    average(float(twice / half), float(-twice * centre / half), m_term > 0);
    if (m_next < m_graph.count)
        return;
    m_next = 0;
    std::swap(m_before, m_in);
    std::swap(m_in, m_out);
    if (++m_term == m_terms)
        m_phase = Phase::Average;
}

void SmoothestVectors::gramStep()
{
    // Of z and its average Pz, weighted by degree: Σ z zᵀ, Σ z (Pz)ᵀ and Σ z, by chunks.
    const std::int64_t n = m_graph.count, first = m_next;
    m_next = std::min(n, first + 2 * rowsAStep());
    forChunks(chunksOf(m_next - first), [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        double *sums = m_parts.data() + std::size_t(from / kRowsAChunk) * (2 * kWidth + 1) * kWidth;
        for (std::int64_t i = from; i < std::min(m_next, from + kRowsAChunk); ++i) {
            const float *z = m_in.data() + std::size_t(i) * kWidth, *p = m_out.data() + std::size_t(i) * kWidth;
            for (std::size_t a = 0; a < kWidth; ++a) {
                const double weighted = double(m_degree[std::size_t(i)]) * double(z[a]);
                for (std::size_t b = 0; b < kWidth; ++b) {
                    sums[a * kWidth + b] += weighted * double(z[b]);
                    sums[(kWidth + a) * kWidth + b] += weighted * double(p[b]);
                }
                sums[2 * kWidth * kWidth + a] += weighted;
            }
        }
    });
    if (m_next < n)
        return;
    m_next = 0;
    diagonalise();
    m_parts.assign(std::size_t(chunksOf(n)) * 2, 0.0); // residuals
    m_phase = Phase::Turn;
}

void SmoothestVectors::diagonalise()
{
    const OneThread one;
    const auto stride = (2 * kWidth + 1) * kWidth;
    std::vector<double> sums(stride, 0.0);
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        sums[i % stride] += m_parts[i];
    // Without the trivial vector, which is 1 everywhere: P leaves it as it is.
    for (std::size_t a = 0; a < kWidth; ++a)
        m_mean[a] = sums[2 * kWidth * kWidth + a] / m_weight;
    const auto options = at::TensorOptions(at::kDouble);
    at::Tensor gram = at::from_blob(sums.data(), {kColumns, kColumns}, options).clone();
    at::Tensor moved = at::from_blob(sums.data() + kWidth * kWidth, {kColumns, kColumns}, options).clone();
    const at::Tensor mean = at::from_blob(m_mean.data(), {kColumns}, options);
    const at::Tensor trivial = at::outer(mean, mean) * m_weight;
    gram -= trivial;
    moved = (moved + moved.t()) / 2 - trivial;
    const auto [lengths, axes] = at::linalg_eigh(gram);
    const at::Tensor whitened = axes * lengths.clamp_min(1e-12 * lengths[kColumns - 1].item<double>()).rsqrt();
    const auto [values, turned] = at::linalg_eigh(whitened.t().mm(moved).mm(whitened));
    const at::Tensor turn = whitened.mm(turned.flip({1})).contiguous(); // the smoothest first
    std::copy_n(turn.const_data_ptr<double>(), m_turn.size(), m_turn.begin());
    for (std::size_t c = 0; c < kWidth; ++c)
        m_ritz[c] = values[kColumns - 1 - std::int64_t(c)].item<double>();
}

void SmoothestVectors::turnStep()
{
    const std::int64_t n = m_graph.count, first = m_next;
    m_next = std::min(n, first + 2 * rowsAStep());
    forChunks(chunksOf(m_next - first), [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        double *residual = m_parts.data() + 2 * (from / kRowsAChunk);
        for (std::int64_t i = from; i < std::min(m_next, from + kRowsAChunk); ++i) {
            float *z = m_in.data() + std::size_t(i) * kWidth, *p = m_out.data() + std::size_t(i) * kWidth;
            std::array<double, kWidth> turnedZ{}, turnedP{};
            for (std::size_t a = 0; a < kWidth; ++a)
                for (std::size_t b = 0; b < kWidth; ++b) {
                    turnedZ[b] += (double(z[a]) - m_mean[a]) * m_turn[a * kWidth + b];
                    turnedP[b] += (double(p[a]) - m_mean[a]) * m_turn[a * kWidth + b];
                }
            for (std::size_t b = 0; b < kWidth; ++b)
                z[b] = float(turnedZ[b]);
            for (std::size_t b = 0; b < 2; ++b)
                residual[b] += double(m_degree[std::size_t(i)]) * std::pow(turnedP[b] - m_ritz[b] * turnedZ[b], 2);
        }
    });
    if (m_next < n)
        return;
    ++m_round;
    double residual[2] = {0, 0};
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        residual[i % 2] += m_parts[i];
    m_cut = std::clamp(m_ritz[kWidth - 1], -0.5, 0.9999);
    if (std::sqrt(std::max(residual[0], residual[1])) > kResidual && m_round < kMostRounds &&
        m_allTerms < mostTerms()) {
        endRound();
        return;
    }
    for (std::size_t c = 0; c < 2; ++c)
        m_eigenvalues[c] = 1 - m_ritz[c];
    for (std::size_t i = 0; i < std::size_t(n); ++i)
        for (std::size_t c = 0; c < 2; ++c)
            m_vectors[2 * i + c] = m_in[i * kWidth + c] * std::sqrt(m_degree[i]);
    finish();
}

void SmoothestVectors::endRound()
{
    // As many terms as amplify the smoothest by kAmplified over what is cut: more would drown the rest in float32.
    constexpr double kAmplified = 3e3;
    constexpr std::int64_t kMostTerms = 40;
    const double top = (3 - m_cut) / (1 + m_cut); // where the filter puts the eigenvalue 1
    m_terms = std::clamp<std::int64_t>(std::int64_t(std::acosh(kAmplified) / std::acosh(top)), 2, kMostTerms);
    m_allTerms += m_terms;
    m_term = 0;
    m_next = 0;
    m_phase = Phase::Filter;
}

void SmoothestVectors::finish()
{
    for (std::size_t c = 0; c < 2; ++c) {
        float largest = 0;
        for (std::size_t i = c; i < m_vectors.size(); i += 2)
            if (std::abs(m_vectors[i]) > std::abs(largest))
                largest = m_vectors[i];
        for (std::size_t i = c; largest < 0 && i < m_vectors.size(); i += 2)
            m_vectors[i] = -m_vectors[i];
    }
    m_phase = Phase::Done;
    for (std::vector<float> *scratch : {&m_in, &m_before, &m_out})
        *scratch = {};
}

} // namespace orrery::maps
