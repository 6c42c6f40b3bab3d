// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/diffusion/schedulers/scheduler_config.h"

#include <vector>

namespace orrery::diffusion {

/// How much of the picture is left at each training step: x_t = sqrt(a_t) · picture + sqrt(1 − a_t) · noise.
/// Source: Ho et al. 2020, arXiv:2006.11239, equation 4. Rounded to float32 as training code does, so that trajectories
/// agree with it.
class NoiseSchedule
{
public:
    explicit NoiseSchedule(const SchedulerConfig &config);

    int size() const { return static_cast<int>(m_kept.size()); }
    /// a_t: the share of the variance that is picture, in [0, 1]; falls with t.
    double kept(int step) const { return m_kept.at(static_cast<std::size_t>(step)); }
    /// sqrt((1 − a_t) / a_t): noise per picture.
    double sigma(int step) const;
    /// Between training steps, linear in sigma.
    double sigmaAt(double step) const;
    /// The training step, a fraction, at which noise is this strong; linear in the logarithm of sigma.
    double stepOf(double sigma) const;
    /// For schedulers that divide by a_t: a last one of 0 becomes 2^-24.
    void avoidInfinity();

private:
    std::vector<float> m_kept;
};

/// Falling training steps for `steps` evaluations; whole numbers, but for those of `fractions`.
/// @param fractions  linspace is left unrounded
/// @throws Exception{BadInput} when there are more steps than training steps, or fewer than one.
std::vector<double> spacedSteps(const SchedulerConfig &config, int steps, bool fractions = false);

/// Falling noise levels from `largest` to `smallest`: Karras et al. 2022, equation 5, with rho 7.
std::vector<double> karrasSigmas(double smallest, double largest, int steps);

/// @throws Exception{BadInput} unless 1 ≤ steps ≤ most
void checkSteps(int steps, int most);

} // namespace orrery::diffusion
