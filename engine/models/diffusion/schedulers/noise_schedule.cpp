// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/schedulers/noise_schedule.h"

#include "engine/core/error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::diffusion {
namespace {

/// From the nearer end, in float32, as torch.linspace does it.
std::vector<float> evenly(double first, double last, int count)
{
    const auto start = static_cast<float>(first), end = static_cast<float>(last);
    const float step = count > 1 ? (end - start) / static_cast<float>(count - 1) : 0.0F;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        values[std::size_t(i)] =
            i < count / 2 ? start + step * static_cast<float>(i) : end - step * static_cast<float>(count - 1 - i);
    return values;
}

double squaredCosine(double t)
{
    const double root = std::cos((t + 0.008) / 1.008 * std::numbers::pi / 2);
    return root * root;
}

std::vector<float> betasOf(const SchedulerConfig &config)
{
    constexpr double kMostBeta = 0.999;
    std::vector<float> betas;
    if (!config.trainedBetas.empty()) {
        betas.assign(config.trainedBetas.begin(), config.trainedBetas.end());
        return betas;
    }
    switch (config.betas) {
    case Betas::Linear:
        return evenly(config.betaStart, config.betaEnd, config.trainSteps);
    case Betas::ScaledLinear:
        betas = evenly(std::sqrt(config.betaStart), std::sqrt(config.betaEnd), config.trainSteps);
        for (float &beta : betas)
            beta *= beta;
        return betas;
    case Betas::SquaredCosine:
        break;
    }
    for (int i = 0; i < config.trainSteps; ++i)
        betas.push_back(static_cast<float>(std::min(kMostBeta, 1 - squaredCosine(double(i + 1) / config.trainSteps) /
                                                                       squaredCosine(double(i) / config.trainSteps))));
    return betas;
}

std::vector<float> products(const std::vector<float> &betas)
{
    double product = 1;
    std::vector<float> kept;
    for (const float beta : betas)
        kept.push_back(static_cast<float>(product *= double(1.0F - beta)));
    return kept;
}

/// Shifts and stretches the square roots so that the first stays and the last becomes 0, and goes back to betas.
std::vector<float> withoutSignalAtTheEnd(const std::vector<float> &betas)
{
    std::vector<float> roots = products(betas);
    for (float &root : roots)
        root = std::sqrt(root);
    const float first = roots.front(), last = roots.back();
    for (float &root : roots)
        root = (root - last) * (first / (first - last));
    std::vector<float> result;
    float before = 1;
    for (const float root : roots) {
        const float kept = root * root;
        result.push_back(1.0F - kept / before);
        before = kept;
    }
    return result;
}

} // namespace

NoiseSchedule::NoiseSchedule(const SchedulerConfig &config)
{
    std::vector<float> betas = betasOf(config);
    if (config.zeroSnr)
        betas = withoutSignalAtTheEnd(betas);
    m_kept = products(betas);
}

double NoiseSchedule::sigma(int step) const
{
    const float a = m_kept.at(static_cast<std::size_t>(step));
    return std::sqrt((1.0F - a) / a);
}

double NoiseSchedule::sigmaAt(double step) const
{
    const int below = std::clamp(static_cast<int>(std::floor(step)), 0, size() - 1);
    const int above = std::min(below + 1, size() - 1);
    const double share = std::clamp(step - below, 0.0, 1.0);
    return sigma(below) + (sigma(above) - sigma(below)) * share;
}

double NoiseSchedule::stepOf(double sigma) const
{
    // Rounded as the reference's table is: whether the noisiest step is the last one or just below depends on it.
    const auto tableAt = [this](int step) { return double(std::log(static_cast<float>(this->sigma(step)))); };
    const double wanted = std::log(std::max(sigma, 1e-10));
    int below = 0;
    while (below < size() - 2 && tableAt(below + 1) <= wanted)
        ++below;
    const double low = tableAt(below), high = tableAt(below + 1);
    const double share = std::clamp((low - wanted) / (low - high), 0.0, 1.0);
    return (1 - share) * below + share * (below + 1);
}

void NoiseSchedule::avoidInfinity()
{
    m_kept.back() = 0x1p-24F;
}

void checkSteps(int steps, int most)
{
    if (steps < 1 || steps > most)
        throw Exception(ErrorCode::BadInput, "A picture was asked for in " + std::to_string(steps) +
                                                 " steps; this scheduler can take 1 to " + std::to_string(most));
}

std::vector<double> spacedSteps(const SchedulerConfig &config, int steps, bool fractions)
{
    checkSteps(steps, config.trainSteps);
    std::vector<double> result;
    const double all = config.trainSteps;
    for (int i = 0; i < steps; ++i) {
        const int back = steps - 1 - i;
        switch (config.spacing) {
        case Spacing::Linspace: {
            const double step = steps > 1 ? (all - 1) / (steps - 1) : 0;
            const double value = back == steps - 1 && steps > 1 ? all - 1 : back * step;
            result.push_back(fractions ? double(float(value)) : std::nearbyint(value)); // halves go to the even number
            break;
        }
        case Spacing::Leading:
            result.push_back(back * (config.trainSteps / steps) + config.stepsOffset);
            break;
        case Spacing::Trailing: {
            const double stride = (all - all / steps) - all;
            result.push_back(std::nearbyint(all + i * stride) - 1);
            break;
        }
        }
    }
    return result;
}

std::vector<double> karrasSigmas(double smallest, double largest, int steps)
{
    constexpr double kRho = 7;
    const double low = std::pow(smallest, 1 / kRho), high = std::pow(largest, 1 / kRho);
    std::vector<double> result;
    for (int i = 0; i < steps; ++i) {
        const double share = steps > 1 ? double(i) / (steps - 1) : 0;
        result.push_back(std::pow(high + share * (low - high), kRho));
    }
    return result;
}

} // namespace orrery::diffusion
