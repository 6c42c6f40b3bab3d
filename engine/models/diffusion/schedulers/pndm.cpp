// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/models/diffusion/schedulers/kinds.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace orrery::diffusion {
namespace {

constexpr int kOrder = 4;
constexpr int kParts = 4; ///< evaluations of a Runge-Kutta step

/// Combines outputs of four steps. It finds the first three either by twelve Runge-Kutta evaluations, or by beginning
/// with fewer terms, where the first step is taken twice.
class Pndm final : public KeptScheduler
{
public:
    Pndm(const SchedulerConfig &config, int asked) : KeptScheduler(config, asked), m_stride(config.trainSteps / asked)
    {
        if (config.prediction == Prediction::Picture)
            throw Exception(ErrorCode::Unsupported,
                            "The scheduler pndm needs a model that predicts noise or velocity, and this one predicts "
                            "pictures; choose ddim or dpmpp_2m");
        const std::vector<double> falling = spacedSteps(config, asked);
        if (!config.skipRungeKutta && asked >= kOrder) {
            // Each of the first three steps: at its beginning, twice at half of it, and at its end.
            const double half = m_stride / 2; // NOLINT(bugprone-integer-division): training steps are whole
            for (int i = 0; i + 1 < kOrder; ++i)
                for (const double step : {falling[std::size_t(i)], falling[std::size_t(i) + 1] + half,
                                          falling[std::size_t(i) + 1] + half, falling[std::size_t(i) + 1]})
                    m_timesteps.push_back(step);
            m_rungeKutta = static_cast<int>(m_timesteps.size());
            m_timesteps.insert(m_timesteps.end(), falling.begin() + kOrder - 1, falling.end());
        } else {
            m_timesteps = falling;
            if (asked > 1)
                m_timesteps.insert(m_timesteps.begin() + 1, falling[1]);
        }
    }

    int firstStep(double strength) const override
    {
        const int first = KeptScheduler::firstStep(strength); // counts steps, not evaluations
        if (m_rungeKutta == 0)
            return first;
        return std::min(steps(), first < kOrder - 1 ? first * kParts : first - (kOrder - 1) + m_rungeKutta);
    }

    int begin(int index) override
    {
        if (index < m_rungeKutta)
            index = (index + kParts - 1) / kParts * kParts;
        else if (m_rungeKutta == 0 && index == 1 && steps() > 2)
            index = 2; // the second evaluation belongs to the first; the third has the same noise
        m_next = m_begun = index;
        m_outputs.clear();
        m_sum = m_start = at::Tensor();
        return index;
    }

    Step step(const at::Tensor &output, int index, const at::Tensor &sample, const at::Tensor &) override
    {
        if (index != m_next)
            throw Exception(ErrorCode::Internal,
                            "pndm: step " + std::to_string(index) + " was taken, expected " + std::to_string(m_next));
        ++m_next;
        Step result;
        result.predicted = guess(output, sample, keptAt(index));
        result.previous = index < m_rungeKutta ? rungeKutta(output, index, sample) : multistep(output, index, sample);
        return result;
    }

private:
    at::Tensor rungeKutta(const at::Tensor &output, int index, const at::Tensor &sample)
    {
        const int part = index % kParts;
        const auto from = static_cast<int>(m_timesteps.at(std::size_t(index - part)));
        const int to = static_cast<int>(m_timesteps.at(std::size_t(index))) - (part % 2 == 0 ? m_stride / 2 : 0);
        if (part == 0) {
            m_sum = output / 6;
            m_outputs.push_back(output);
            m_start = sample;
            return moved(m_start, from, to, output);
        }
        if (part < kParts - 1) {
            m_sum = m_sum + output / 3;
            return moved(m_start, from, to, output);
        }
        return moved(m_start, from, to, m_sum + output / 6);
    }

    at::Tensor multistep(const at::Tensor &output, int index, const at::Tensor &sample)
    {
        auto from = static_cast<int>(m_timesteps.at(std::size_t(index)));
        int to = from - m_stride;
        if (m_rungeKutta == 0 && index == m_begun + 1) { // again from the beginning, by the mean of both ends
            to = from;
            from += m_stride;
            const at::Tensor start = std::exchange(m_start, at::Tensor());
            return moved(start, from, to, (output + m_outputs.back()) / 2);
        }
        if (m_outputs.size() == kOrder)
            m_outputs.erase(m_outputs.begin());
        m_outputs.push_back(output);
        const std::size_t n = m_outputs.size();
        const auto back = [&](std::size_t i) -> const at::Tensor & { return m_outputs[n - i]; };
        switch (n) {
        case 1:
            m_start = sample;
            return moved(sample, from, to, output);
        case 2:
            return moved(sample, from, to, (back(1) * 3 - back(2)) / 2);
        case 3:
            return moved(sample, from, to, (back(1) * 23 - back(2) * 16 + back(3) * 5) / 12);
        default:
            return moved(sample, from, to, (back(1) * 55 - back(2) * 59 + back(3) * 37 - back(4) * 9) / 24);
        }
    }

    /// Equation 9 of the paper. @param output  combined from several
    at::Tensor moved(const at::Tensor &sample, int from, int to, const at::Tensor &output) const
    {
        const double kept = m_schedule.kept(std::min(from, m_schedule.size() - 1));
        const double next = to >= 0 ? m_schedule.kept(to) : m_config.finalAlphaOne ? 1 : m_schedule.kept(0);
        const at::Tensor noise = m_config.prediction == Prediction::Velocity
                                     ? output * std::sqrt(kept) + sample * std::sqrt(1 - kept)
                                     : output;
        const double divisor = kept * std::sqrt(1 - next) + std::sqrt(kept * (1 - kept) * next);
        return sample * std::sqrt(next / kept) - noise * ((next - kept) / divisor);
    }

    int m_stride;
    int m_rungeKutta = 0; ///< evaluations of that kind
    int m_next = 0;
    int m_begun = 0;
    std::vector<at::Tensor> m_outputs; ///< the last four at most
    at::Tensor m_sum;                  ///< of the Runge-Kutta step under way
    at::Tensor m_start;                ///< the sample it began with
};

} // namespace

std::unique_ptr<Scheduler> makePndm(const SchedulerConfig &config, int steps)
{
    return std::make_unique<Pndm>(config, steps);
}

} // namespace orrery::diffusion
