// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/maps.h"
#include "engine/maps/affinities.h"
#include "engine/maps/repulsion_field.h"

#include <vector>

namespace orrery::maps {

/// Gradient descent with momentum and gains as in van der Maaten and Hinton 2008, section 3.4. The gradient leaves out
/// the paper's factor 4, as openTSNE does, so a learning rate of N / exaggeration (Belkina et al. 2019, Linderman and
/// Steinerberger 2019) is theirs.
struct TsneSettings
{
    std::int64_t earlyIterations = 250;
    double earlyExaggeration = 12, exaggeration = 1;
    double learningRate = 0; ///< 0: N / exaggeration of the iteration
    double momentum = 0.8;
};

/// What affinities are multiplied with: the early exaggeration for two fifths of the early iterations, then less with
/// every one, by the same factor, down to the later. When it ends at once, points that have not found each other yet
/// stay apart: where they settle, and with it the divergence, is then left to chance (ARCHITECTURE.md says how much).
double exaggerationAt(const TsneSettings &settings, std::int64_t iteration);

/// t-SNE on the plane. Up to kExact points every pair repels; of more, RepulsionField says how much. Stands still at
/// any iteration; what `state` gives and `OptimiserState` takes back goes on to the same bits. Thread: engine.
class TsneOptimiser
{
public:
    static constexpr std::int64_t kExact = 2000;

    /// @param affinities  must live as long as this. @param state  positions at least; updates and gains may be empty
    TsneOptimiser(const Affinities &affinities, OptimiserState state, const TsneSettings &settings,
                  const Kernels &kernels = maps::kernels());

    /// A part of an iteration, some ten milliseconds; a whole one where there are few points.
    void step();
    std::int64_t iteration() const { return m_state.iteration; } ///< finished ones
    bool betweenIterations() const { return m_part == 0 && !m_begun; }
    const OptimiserState &state() const { return m_state; }

    /// The gradient at the present positions, [N, 2], without exaggeration; for tests.
    std::vector<float> gradient();

    /// Kullback-Leibler divergence of the present positions: `beginLoss`, `lossStep` (some ten milliseconds) until
    /// `lossDone`, then `loss`. The normalisation is that of the forces' method.
    void beginLoss();
    bool lossDone() const { return m_lossNext >= m_affinities.count; }
    void lossStep();
    double loss() const;

private:
    std::int64_t rowsAPart() const;
    void beginForces();
    void forces(std::int64_t firstRow, std::int64_t lastRow, bool withCharge);
    void repel();
    void move(double exaggeration);
    double normalisation() const { return m_mass - double(m_affinities.count); } ///< without i = j

    const Affinities &m_affinities;
    TsneSettings m_settings;
    const Kernels &m_kernels;
    OptimiserState m_state;
    RepulsionField m_field;
    bool m_begun = false;    ///< an iteration
    std::int64_t m_part = 0; ///< rows whose attraction of this iteration is computed
    double m_mass = 0;
    std::vector<float> m_attraction, m_repulsion; ///< [N, 2]
    std::vector<float> m_x, m_y, m_masses;        ///< for the exact method
    std::int64_t m_lossNext = 0;
    std::vector<double> m_lossParts;
};

} // namespace orrery::maps
