// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/kernels.h"
#include "engine/maps/neighbour_union.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace orrery::maps {

/// Parts of a graph that no connection joins, numbered in the order of their first points. In steps. Thread: engine.
class ComponentSearch
{
public:
    /// @param graph  must live as long as this
    explicit ComponentSearch(const SymmetricRows &graph);

    bool done() const { return m_scanned >= m_graph.count && m_open.empty(); }
    void step();
    std::int64_t count() const { return m_count; }
    const std::vector<std::int32_t> &labels() const { return m_label; } ///< [N]

private:
    const SymmetricRows &m_graph;
    std::int64_t m_count = 0, m_scanned = 0;
    std::vector<std::int32_t> m_label, m_open; ///< −1: not yet seen
};

/// The points of one part, and their connections. In steps. Thread: engine.
class PartCopy
{
public:
    /// @param graph, members, ranks  must live as long as this. @param members  the part's points, ascending
    /// @param ranks  [N] where a point stands among the members of its part
    PartCopy(const SymmetricRows &graph, const std::vector<std::int32_t> &members,
             const std::vector<std::int32_t> &ranks);

    bool done() const { return m_next == m_members.size(); }
    void step();
    SymmetricRows take() { return std::move(m_part); }

private:
    const SymmetricRows &m_graph;
    const std::vector<std::int32_t> &m_members, &m_ranks;
    std::size_t m_next = 0;
    SymmetricRows m_part;
};

/// The two eigenvectors of the normalised Laplacian 1 − D^(−1/2) A D^(−1/2) of a connected graph that follow the
/// trivial one: the smoothest ways to lay it out. Source: Belkin and Niyogi 2003, section 3; Ng, Jordan, Weiss 2001.
///
/// Up to kDense points by a dense decomposition. Of more, Chebyshev-filtered subspace iteration (Zhou, Saad, Tiago,
/// Chelikowsky 2006) on kColumns vectors until the residual is below kResidual, kMostRounds have passed, or
/// kMostEntries of the graph (kFewestTerms times all of them at least) been read: more would not make a better start.
/// Sums in fixed chunks, so bits do not depend on threads. In steps. Thread: engine.
class SmoothestVectors
{
public:
    static constexpr std::int64_t kDense = 128;
    static constexpr int kMostRounds = 12;
    static constexpr double kResidual = 1e-4;
    static constexpr std::int64_t kMostEntries = 4'000'000'000, kFewestTerms = 150;

    /// @param graph  must live as long as this; every point has a connection, unless it is the only one
    explicit SmoothestVectors(const SymmetricRows &graph, const Kernels &kernels = maps::kernels());

    bool done() const { return m_phase == Phase::Done; }
    void step();
    double fraction() const;
    /// [N, 2] each of length one, its largest entry (in size) positive; zero where a graph of one or two points has
    /// none
    const std::vector<float> &vectors() const { return m_vectors; }
    const std::array<double, 2> &eigenvalues() const { return m_eigenvalues; } ///< of the Laplacian, ascending

private:
    enum class Phase
    {
        Dense,
        Begin,   ///< degrees, and vectors at random
        Filter,  ///< a Chebyshev polynomial of the graph, term by term
        Average, ///< one more product, for the residual
        Gram,
        Turn, ///< into the eigenvectors of what the block spans
        Done,
    };
    using Square = std::array<double, std::size_t(kColumns *kColumns)>;

    void solveDense();
    void begin();
    void average(float scale, float shift,
                 bool withBefore); ///< rows m_next … of m_out = scale P in + shift in − before
    void filterStep();
    void gramStep();
    void diagonalise();
    void turnStep();
    void endRound();
    void finish();
    std::int64_t rowsAStep() const;
    std::int64_t mostTerms() const;

    const SymmetricRows &m_graph;
    const Kernels &m_kernels;
    Phase m_phase = Phase::Begin;
    int m_round = 0;
    std::int64_t m_next = 0;                  ///< row
    std::int64_t m_term = 0, m_terms = 0;     ///< of the polynomial
    std::int64_t m_allTerms = 0;              ///< so far
    double m_cut = 0;                         ///< eigenvalues below are damped
    double m_weight = 0;                      ///< of all points
    std::vector<float> m_degree, m_perDegree; ///< [N]
    std::vector<float> m_in, m_before, m_out; ///< [N, kColumns]
    std::vector<double> m_parts;              ///< by chunks
    Square m_turn{};                          ///< [kColumns, kColumns]
    std::array<double, std::size_t(kColumns)> m_mean{}, m_ritz{};
    std::vector<float> m_vectors;
    std::array<double, 2> m_eigenvalues{};
};

} // namespace orrery::maps
