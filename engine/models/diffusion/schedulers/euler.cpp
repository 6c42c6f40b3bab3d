// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/models/diffusion/schedulers/kinds.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace orrery::diffusion {

SigmaScheduler::SigmaScheduler(const SchedulerConfig &config, int asked) : Scheduler(config, asked)
{
    if (config.zeroSnr)
        m_schedule.avoidInfinity();
}

void SigmaScheduler::setSigmas(std::vector<double> sigmas)
{
    sigmas.push_back(lastSigma());
    for (double &sigma : sigmas)
        sigma = static_cast<double>(static_cast<float>(sigma));
    m_sigmas = std::move(sigmas);
}

double SigmaScheduler::noiseLevel(int index) const
{
    const double square = sigmaOf(std::min(index, steps())) * sigmaOf(std::min(index, steps()));
    return square / (square + 1);
}

namespace {

/// Samples are picture + sigma · noise, without the factor that keeps their variance.
class Euler : public SigmaScheduler
{
public:
    Euler(const SchedulerConfig &config, int asked) : SigmaScheduler(config, asked)
    {
        m_timesteps = spacedSteps(config, asked, true);
        std::vector<double> sigmas;
        for (const double step : m_timesteps)
            sigmas.push_back(m_schedule.sigmaAt(step));
        if (config.karrasSigmas) {
            sigmas = diffusion::karrasSigmas(sigmas.back(), sigmas.front(), asked);
            for (std::size_t i = 0; i < sigmas.size(); ++i)
                m_timesteps[i] = static_cast<double>(static_cast<float>(m_schedule.stepOf(sigmas[i])));
        }
        setSigmas(std::move(sigmas));
    }

    double initialNoiseScale() const override
    {
        const double most = sigmaOf(0);
        return m_config.spacing == Spacing::Leading ? std::sqrt(most * most + 1) : most;
    }

    at::Tensor scaleModelInput(const at::Tensor &sample, int index) const override
    {
        const double sigma = sigmaOf(index);
        return sample / std::sqrt(sigma * sigma + 1);
    }

    at::Tensor addNoise(const at::Tensor &picture, const at::Tensor &noise, int index) const override
    {
        return index >= steps() ? picture : picture + noise * sigmaOf(index);
    }

    Step step(const at::Tensor &output, int index, const at::Tensor &sample, const at::Tensor &) override
    {
        return towards(output, index, sample, sigmaOf(index + 1));
    }

protected:
    Step towards(const at::Tensor &output, int index, const at::Tensor &sample, double next) const
    {
        const double sigma = sigmaOf(index), square = sigma * sigma;
        Step result;
        switch (m_config.prediction) {
        case Prediction::Noise:
            result.predicted = sample - output * sigma;
            break;
        case Prediction::Velocity:
            result.predicted = sample / (square + 1) - output * (sigma / std::sqrt(square + 1));
            break;
        case Prediction::Picture:
            result.predicted = output;
        }
        result.predicted = limited(result.predicted);
        result.previous = sample + (sample - result.predicted) * ((next - sigma) / sigma);
        return result;
    }
};

class EulerAncestral final : public Euler
{
public:
    EulerAncestral(const SchedulerConfig &config, int asked) : Euler(config, asked) {}

    bool needsNoise(int index) const override { return sigmaOf(index + 1) > 0; }

    Step step(const at::Tensor &output, int index, const at::Tensor &sample, const at::Tensor &noise) override
    {
        const double from = sigmaOf(index), to = sigmaOf(index + 1);
        const double up = std::sqrt(to * to * (from * from - to * to) / (from * from));
        const double down = std::sqrt(to * to - up * up);
        Step result = towards(output, index, sample, down);
        if (needsNoise(index))
            result.previous = result.previous + noise * up;
        return result;
    }
};

} // namespace

std::unique_ptr<Scheduler> makeEuler(const SchedulerConfig &config, int steps)
{
    return std::make_unique<Euler>(config, steps);
}

std::unique_ptr<Scheduler> makeEulerAncestral(const SchedulerConfig &config, int steps)
{
    SchedulerConfig used = config;
    used.karrasSigmas = false;
    used.finalSigmaZero = true;
    return std::make_unique<EulerAncestral>(used, steps);
}

} // namespace orrery::diffusion
