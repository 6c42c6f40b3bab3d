// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/neighbour_union.h"
#include "engine/maps/neighbours.h"

#include <optional>
#include <vector>

namespace orrery::maps {

/// Affinities of a t-SNE map: the entries sum to one.
struct Affinities : SymmetricRows
{
    std::vector<float> sigmas; ///< [N] width of the Gaussian around each point
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

    bool done() const { return m_done; }
    void step();
    double fraction() const;
    Affinities take() { return std::move(m_result); }

private:
    void calibrate(std::int64_t i);

    Neighbours m_neighbours;
    double m_entropy = 0;
    bool m_done = false;
    std::int64_t m_next = 0;
    std::vector<float> m_conditional;      ///< [N, k] p(j|i)
    std::optional<NeighbourUnion> m_union; ///< when all widths are known
    Affinities m_result;
};

} // namespace orrery::maps
