// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/schedulers/kinds.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace orrery::diffusion {
namespace {

class Ddim final : public KeptScheduler
{
public:
    Ddim(const SchedulerConfig &config, int asked) : KeptScheduler(config, asked)
    {
        m_timesteps = spacedSteps(config, asked);
    }

    bool needsNoise(int) const override { return m_config.eta > 0; }

    Step step(const at::Tensor &output, int index, const at::Tensor &sample, const at::Tensor &noise) override
    {
        const double kept = keptAt(index), next = nextKept(index);
        const double signal = std::sqrt(kept), spread = std::sqrt(1 - kept);
        Step result;
        result.predicted = guess(output, sample, kept);
        at::Tensor direction; // the noise in the sample
        if (m_config.prediction == Prediction::Picture || m_config.noiseFromLimited)
            direction = (sample - (m_config.noiseFromLimited ? result.predicted : output) * signal) / spread;
        else if (m_config.prediction == Prediction::Velocity)
            direction = output * signal + sample * spread;
        else
            direction = output;
        const double deviation = m_config.eta * std::sqrt((1 - next) / (1 - kept) * (1 - kept / next)); // equation 16
        result.previous =
            result.predicted * std::sqrt(next) + direction * std::sqrt(std::max(0.0, 1 - next - deviation * deviation));
        if (needsNoise(index))
            result.previous = result.previous + noise * deviation;
        return result;
    }

private:
    /// A fixed stride below the step, whatever the spacing: diffusers does so, and trajectories are to agree.
    double nextKept(int index) const
    {
        const int next = static_cast<int>(m_timesteps.at(std::size_t(index))) - m_config.trainSteps / m_asked;
        return next >= 0 ? m_schedule.kept(next) : m_config.finalAlphaOne ? 1 : m_schedule.kept(0);
    }
};

} // namespace

std::unique_ptr<Scheduler> makeDdim(const SchedulerConfig &config, int steps)
{
    return std::make_unique<Ddim>(config, steps);
}

} // namespace orrery::diffusion
