// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/schedulers/kinds.h"

#include "engine/core/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace orrery::diffusion {
namespace {

class Dpmpp2m final : public SigmaScheduler
{
public:
    Dpmpp2m(const SchedulerConfig &config, int asked) : SigmaScheduler(config, asked)
    {
        std::vector<double> sigmas;
        if (config.karrasSigmas) {
            sigmas = diffusion::karrasSigmas(m_schedule.sigma(0), m_schedule.sigma(m_schedule.size() - 1), asked);
            for (const double sigma : sigmas) {
                const double step = m_schedule.stepOf(sigma);
                m_timesteps.push_back(config.betas == Betas::SquaredCosine ? std::floor(step) : std::nearbyint(step));
            }
        } else {
            m_timesteps = spaced();
            for (const double step : m_timesteps)
                sigmas.push_back(m_schedule.sigmaAt(step));
        }
        setSigmas(std::move(sigmas));
    }

    at::Tensor addNoise(const at::Tensor &picture, const at::Tensor &noise, int index) const override
    {
        if (index >= steps())
            return picture;
        const Place place = placeOf(index);
        return picture * place.signal + noise * place.spread;
    }

    Step step(const at::Tensor &output, int index, const at::Tensor &sample, const at::Tensor &) override
    {
        const Place here = placeOf(index), next = placeOf(index + 1);
        Step result;
        result.predicted = guess(output, sample, here.signal * here.signal);
        const bool last = index == steps() - 1;
        const double stride = next.lambda - here.lambda; // infinite where no noise is left
        const bool first =
            m_config.solverOrder < 2 || !m_before.defined() || stride == 0 ||
            here.lambda == placeOf(index - 1).lambda || // many steps round to the same one
            (last && (m_config.eulerAtFinal || m_config.finalSigmaZero || (m_config.lowerOrderFinal && steps() < 15)));
        const double shrink = std::expm1(-stride);
        result.previous = sample * (next.spread / here.spread) - result.predicted * (next.signal * shrink);
        if (!first) {
            const double ratio = (here.lambda - placeOf(index - 1).lambda) / stride;
            const double factor = m_config.heun ? shrink / stride + 1 : -0.5 * shrink;
            result.previous = result.previous + (result.predicted - m_before) * (next.signal * factor / ratio);
        }
        m_before = result.predicted;
        return result;
    }

    int begin(int index) override
    {
        m_before = at::Tensor();
        return index;
    }

private:
    struct Place
    {
        double signal, spread; ///< their squares sum to one
        double lambda;         ///< logarithm of signal per spread
    };
    Place placeOf(int index) const
    {
        const double sigma = sigmaOf(index), signal = 1 / std::sqrt(sigma * sigma + 1);
        return {signal, sigma * signal, -std::log(sigma)};
    }

    /// One step more than asked for, without the last, where lambda is not below the configured least.
    std::vector<double> spaced() const
    {
        if (m_config.spacing == Spacing::Leading && m_config.trainSteps / (m_asked + 1) == 0)
            throw Exception(ErrorCode::BadInput, "The scheduler dpmpp_2m takes at most " +
                                                     std::to_string(m_config.trainSteps - 1) +
                                                     " steps with this model, not " + std::to_string(m_asked));
        int most = m_schedule.size();
        while (most > 1 && -std::log(m_schedule.sigma(most - 1)) < m_config.lambdaLeast)
            --most;
        std::vector<double> result;
        for (int i = 0; i < m_asked; ++i) {
            const int back = m_asked - i;
            switch (m_config.spacing) {
            case Spacing::Linspace:
                result.push_back(std::nearbyint(i == 0 ? most - 1.0 : back * (double(most - 1) / m_asked)));
                break;
            case Spacing::Leading:
                result.push_back(back * (most / (m_asked + 1)) + m_config.stepsOffset);
                break;
            case Spacing::Trailing: {
                const double stride = (most - double(m_config.trainSteps) / m_asked) - most;
                if (most + i * stride > 0)
                    result.push_back(std::max(0.0, std::nearbyint(most + i * stride) - 1));
            }
            }
        }
        return result;
    }

    at::Tensor m_before; ///< the guess of the step before; undefined at the beginning
};

} // namespace

std::unique_ptr<Scheduler> makeDpmpp2m(const SchedulerConfig &config, int steps)
{
    return std::make_unique<Dpmpp2m>(config, steps);
}

} // namespace orrery::diffusion
