// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/schedulers/kinds.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::diffusion {
namespace {

class Lcm final : public KeptScheduler
{
public:
    Lcm(const SchedulerConfig &config, int asked) : KeptScheduler(config, asked)
    {
        // Some of the teacher's steps, evenly chosen, the noisiest among them.
        checkSteps(asked, config.originalSteps);
        const int stride = config.trainSteps / config.originalSteps;
        for (int i = 0; i < asked; ++i) {
            const auto skipped = static_cast<int>(std::floor(i * (double(config.originalSteps) / asked)));
            m_timesteps.push_back((config.originalSteps - skipped) * stride - 1);
        }
    }

    bool needsNoise(int index) const override { return index + 1 < steps(); }

    /// `predicted` is what the consistency function gives, the guess with the boundary condition applied.
    Step step(const at::Tensor &output, int index, const at::Tensor &sample, const at::Tensor &noise) override
    {
        constexpr double kDeviation = 0.5; // of data
        const double time = m_timesteps.at(std::size_t(index)) * m_config.timestepScaling;
        const double square = time * time + kDeviation * kDeviation;
        Step result;
        result.predicted = guess(output, sample, keptAt(index)) * (time / std::sqrt(square)) +
                           sample * (kDeviation * kDeviation / square);
        result.previous = result.predicted;
        if (needsNoise(index)) {
            const double next = keptAt(index + 1);
            result.previous = result.predicted * std::sqrt(next) + noise * std::sqrt(1 - next);
        }
        return result;
    }
};

} // namespace

std::unique_ptr<Scheduler> makeLcm(const SchedulerConfig &config, int steps)
{
    return std::make_unique<Lcm>(config, steps);
}

} // namespace orrery::diffusion
