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
    std::vector<float> sigmas; ///< [N] width of the Gaussian around each point, of the first perplexity
};

/// Neighbours that a perplexity needs: three times as many, all there are at most.
std::int64_t neighboursFor(double perplexity, std::int64_t count);

/// The width of a Gaussian such that the entropy of a point's distribution over its neighbours is log(perplexity), to
/// 1e-9, and that distribution. A point with more duplicates than the perplexity has no such width; its duplicates
/// share evenly. Source: van der Maaten and Hinton 2008, section 2.
/// @param squares  [k] squared distances, ascending    @param shares  [k] to be filled, sums to one    @return sigma
double fitWidth(const float *squares, std::int64_t k, double perplexity, double *shares);

/// p(j|i) by fitWidth, a mean over perplexities that all look at the same neighbours (Kobak and Berens 2019,
/// arXiv:1802.08563; openTSNE's Multiscale); then p(j|i) and p(i|j) are averaged and divided by N (van der
/// Maaten and Hinton 2008, section 3.1). In steps. Thread: engine.
class AffinityFit
{
public:
    /// @param neighbours  as many as the largest perplexity needs    @param perplexities  at least one
    AffinityFit(Neighbours neighbours, std::vector<double> perplexities);

    bool done() const { return m_done; }
    void step();
    double fraction() const;
    Affinities take() { return std::move(m_result); }

private:
    void calibrate(std::int64_t i);

    Neighbours m_neighbours;
    std::vector<double> m_perplexities;
    bool m_done = false;
    std::int64_t m_next = 0;
    ChargedVector<float> m_conditional;    ///< [N, k] p(j|i)
    std::optional<NeighbourUnion> m_union; ///< when all widths are known
    Affinities m_result;
};

} // namespace orrery::maps
