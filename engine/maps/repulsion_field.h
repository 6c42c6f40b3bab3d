// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/maps/fft_plan.h"
#include "engine/maps/kernels.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace orrery::maps {

/// The repulsive forces of all points on each, Σⱼ (yᵢ − yⱼ) / (1 + |yᵢ − yⱼ|²)², in time n + m log m for m grid nodes.
/// Idea: Linderman, Rachh, Hoskins, Steinerberger, Kluger 2019, arXiv:1712.09005. Here the force itself is the kernel,
/// a pair of numbers as one complex number, so one transform of one charge goes there and one comes back (there: four
/// and four); and the interpolation is by cubic B-splines whose smoothing is divided out of the kernel (as in smooth
/// particle mesh Ewald sums, Essmann et al. 1995), so it is exact where points lie on nodes. The grid is a function of
/// the extent of the points only. Thread: engine; chunks of one phase on any thread.
class RepulsionField
{
public:
    explicit RepulsionField(const Kernels &kernels) : m_kernels(kernels) {}

    /// Chooses the grid for points between these corners; empties it. Where the grid is another than before, its
    /// kernels have to be made: step until it is ready.
    void prepare(float minX, float minY, float maxX, float maxY);
    bool ready() const { return m_kernelPart == KernelPart::Ready; }
    void prepareStep();
    /// All points at once, in order: one thread, while others compute something else.
    void spread(const float *positions, std::int64_t count);
    /// Three phases, one after the other, each of independent chunks.
    std::int64_t chunksOfPhase(int phase) const;
    void run(int phase, std::int64_t chunk);
    static constexpr int kPhases = 3;
    /// Σᵢⱼ 1 / (1 + |yᵢ − yⱼ|²) over all pairs, i = j too. After the phases.
    double mass() const;
    void gather(const float *positions, std::int64_t first, std::int64_t last, float *force) const;

    std::int64_t length() const { return m_length; }

private:
    enum class KernelPart
    {
        Nodes, ///< force and mass of a charge at node zero
        Force, ///< its transform
        Mass,
        Spectra,
        Ready,
    };
    void fillNodes();
    void makeSpectra();
    void alongX(std::int64_t chunk);
    void alongY(std::int64_t chunk);
    void backAlongX(std::int64_t chunk);

    const Kernels &m_kernels;
    KernelPart m_kernelPart = KernelPart::Ready;
    at::Tensor m_force, m_massAt; ///< float64 [M, M], then their transforms [M, M / 2 + 1, 2]
    GridPlace m_place;
    double m_spacing = 0;
    std::int64_t m_length = 0; ///< M of the transforms
    std::int64_t m_nodes = 0;  ///< nodes that points reach along each side, a multiple of 2 kFftLanes, at most M / 2
    std::int64_t m_blocks = 0; ///< blocks of kFftLanes frequencies along x, of 0 … M / 2
    FftPlan m_plan;
    // Spectra of the kernels, [blocks][M][kFftLanes], real numbers a, b, c: of the force along x: −i a, along y: −i b,
    // of the mass: c; scaled for the way back.
    std::vector<float> m_a, m_b, m_c;
    std::vector<float> m_grid;             ///< [nodes][nodes]
    std::vector<float> m_halfRe, m_halfIm; ///< [blocks × kFftLanes][nodes] after the first phase
    std::vector<float> m_backRe, m_backIm; ///< [M][nodes] after the second
    std::vector<float> m_field;            ///< [nodes][nodes][2]
    std::vector<double> m_mass;            ///< of each block
};

} // namespace orrery::maps
