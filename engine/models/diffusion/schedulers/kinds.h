// SPDX-License-Identifier: Apache-2.0
/// The schedulers one by one; callers use makeScheduler.
#pragma once

#include "engine/models/diffusion/schedulers/scheduler.h"

namespace orrery::diffusion {

/// Ho et al. 2020, arXiv:2006.11239, algorithm 2
std::unique_ptr<Scheduler> makeDdpm(const SchedulerConfig &config, int steps);
/// Song et al. 2021, arXiv:2010.02502, equation 12
std::unique_ptr<Scheduler> makeDdim(const SchedulerConfig &config, int steps);
/// Liu et al. 2022, arXiv:2202.09778, algorithm 2
std::unique_ptr<Scheduler> makePndm(const SchedulerConfig &config, int steps);
/// Karras et al. 2022, arXiv:2206.00364, algorithm 1
std::unique_ptr<Scheduler> makeEuler(const SchedulerConfig &config, int steps);
/// Euler's method down to less noise than the next step has, and noise added up to it again: k-diffusion, after Song et
/// al. 2021, arXiv:2011.13456, appendix F
std::unique_ptr<Scheduler> makeEulerAncestral(const SchedulerConfig &config, int steps);
/// Lu et al. 2022, arXiv:2211.01095, algorithm 2
std::unique_ptr<Scheduler> makeDpmpp2m(const SchedulerConfig &config, int steps);
/// Luo et al. 2023, arXiv:2310.04378, algorithm 3
std::unique_ptr<Scheduler> makeLcm(const SchedulerConfig &config, int steps);

/// What a scheduler in terms of a_t needs: steps with noise by m_schedule.kept(timestep).
class KeptScheduler : public Scheduler
{
protected:
    /// @throws Exception{Unsupported} when noise is to be predicted where nothing but noise is.
    KeptScheduler(const SchedulerConfig &config, int asked);
    double keptAt(int index) const { return m_schedule.kept(static_cast<int>(m_timesteps.at(std::size_t(index)))); }
};

/// What a scheduler in terms of sigma needs: noise levels of its own beside the timesteps.
class SigmaScheduler : public Scheduler
{
public:
    double noiseLevel(int index) const override;

protected:
    SigmaScheduler(const SchedulerConfig &config, int asked);
    double sigmaOf(int index) const { return m_sigmas.at(std::size_t(index)); }
    /// Behind the last step: nothing, or the noise of the first training step.
    double lastSigma() const { return m_config.finalSigmaZero ? 0 : m_schedule.sigma(0); }
    /// Rounded to float32, with lastSigma() behind them.
    void setSigmas(std::vector<double> sigmas);

private:
    std::vector<double> m_sigmas; ///< steps() + 1
};

} // namespace orrery::diffusion
