// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/kernels.h"
#include "engine/maps/neighbours.h"

#include <vector>

namespace orrery::maps {

/// Affinities of a t-SNE map: a symmetric sparse matrix whose entries sum to one, as rows (kernels.h: AffinityRows).
struct Affinities
{
    std::int64_t count = 0;
    std::vector<std::int64_t> first; ///< [N + 1]
    std::vector<std::int32_t> index;
    std::vector<float> value;
    std::vector<float> sigmas; ///< [N] width of the Gaussian around each point

    AffinityRows rows() const { return {first.data(), index.data(), value.data()}; }
};

/// Neighbours that a perplexity needs: three times as many, all there are at most.
std::int64_t neighboursFor(double perplexity, std::int64_t count);

/// Widths such that the entropy of each point's distribution over its neighbours is log(perplexity), to 1e-9; then
/// p(j|i) and p(i|j) are averaged and divided by N. Source: van der Maaten and Hinton 2008, sections 2 and 3.1.
/// A point with more duplicates than the perplexity has no such width; its duplicates share its affinity evenly.
/// In steps. Thread: engine.
class AffinityFit
{
public:
    AffinityFit(Neighbours neighbours, double perplexity);

    bool done() const { return m_phase == Phase::Done; }
    void step();
    double fraction() const;
    Affinities take() { return std::move(m_result); }

private:
    enum class Phase
    {
        Widths,
        Count,   ///< how many have each point as their neighbour
        Turn,    ///< who they are
        Lengths, ///< of the rows of the result
        Rows,
        Done,
    };
    void calibrate(std::int64_t i);
    void turn(std::int64_t i);
    void measureRow(std::int64_t i);
    void fillRow(std::int64_t i);
    void enter(Phase phase);

    Neighbours m_neighbours;
    double m_entropy = 0;
    Phase m_phase = Phase::Widths;
    std::int64_t m_next = 0;
    std::vector<float> m_conditional;        ///< [N, k] p(j|i)
    std::vector<std::int64_t> m_turnedFirst; ///< [N + 1]: who has i as a neighbour
    std::vector<std::int64_t> m_turnedNext;  ///< [N]: where the next of them goes
    std::vector<std::int32_t> m_turned;
    std::vector<float> m_turnedValue;
    Affinities m_result;
};

} // namespace orrery::maps
