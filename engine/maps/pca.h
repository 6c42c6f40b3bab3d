// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/points.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace orrery::maps {

/// Principal components: the directions along which the points spread most, each of length one, with its largest entry
/// (in size) positive.
struct Pca
{
    std::int64_t components = 0;
    std::vector<double> directions; ///< [components, D]
    std::vector<double> variances;  ///< [components], divided by N − 1
    double totalVariance = 0;
    std::vector<float> projections; ///< [N, components]
};

/// Up to kWidest dimensions by the eigenvectors of the covariance; wider data by randomised subspace iteration with
/// Rayleigh-Ritz (Halko, Martinsson, Tropp 2011, arXiv:0909.4061, algorithms 4.4 and 5.3) until the residual is below
/// 1e-8 of the largest eigenvalue. In double precision, by products over fixed blocks on one thread, so bits repeat.
/// Thread: engine.
class PcaFit
{
public:
    static constexpr std::int64_t kWidest = 256;

    /// @param points  centred; must live as long as this. @param components  at most D. @param seed  of the subspace
    PcaFit(const Points &points, std::int64_t components, std::uint64_t seed = 0);

    bool done() const { return m_phase == Phase::Done; }
    void step();
    double fraction() const;
    Pca take() { return std::move(m_result); }

private:
    enum class Phase
    {
        Multiply, ///< sums Xᵀ X Q block by block; Q is the identity for narrow data
        Project,
        Done,
    };
    at::Tensor block(std::int64_t index) const; ///< float64 [rows, D]
    void solve();                               ///< after a pass over all blocks
    void keep(const at::Tensor &values, const at::Tensor &vectors);

    const Points &m_points;
    Phase m_phase = Phase::Multiply;
    std::int64_t m_rows = 0, m_blocks = 0, m_next = 0;
    int m_passes = 0;
    at::Tensor m_basis;   ///< float64 [D, l]; undefined for narrow data
    at::Tensor m_product; ///< float64 [D, D] or [D, l]
    at::Tensor m_kept;    ///< float64 [D, components]
    double m_total = 0;
    Pca m_result;
};

} // namespace orrery::maps
