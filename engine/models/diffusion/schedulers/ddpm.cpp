// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/schedulers/kinds.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace orrery::diffusion {
namespace {

class Ddpm final : public KeptScheduler
{
public:
    Ddpm(const SchedulerConfig &config, int asked) : KeptScheduler(config, asked)
    {
        m_timesteps = spacedSteps(config, asked);
    }

    bool needsNoise(int index) const override { return m_timesteps.at(std::size_t(index)) > 0; }

    Step step(const at::Tensor &output, int index, const at::Tensor &sample, const at::Tensor &noise) override
    {
        const double kept = keptAt(index), next = index + 1 < steps() ? keptAt(index + 1) : 1;
        const double alpha = kept / next, beta = 1 - alpha;
        Step result;
        result.predicted = guess(output, sample, kept);
        // Equation 7: the mean of the posterior.
        result.previous = result.predicted * (std::sqrt(next) * beta / (1 - kept)) +
                          sample * (std::sqrt(alpha) * (1 - next) / (1 - kept));
        if (needsNoise(index)) {
            const double variance = m_config.largeVariance ? beta : std::max((1 - next) / (1 - kept) * beta, 1e-20);
            result.previous = result.previous + noise * std::sqrt(variance);
        }
        return result;
    }
};

} // namespace

std::unique_ptr<Scheduler> makeDdpm(const SchedulerConfig &config, int steps)
{
    return std::make_unique<Ddpm>(config, steps);
}

} // namespace orrery::diffusion
