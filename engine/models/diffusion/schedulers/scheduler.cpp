// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/schedulers/scheduler.h"

#include "engine/core/error.h"
#include "engine/models/diffusion/schedulers/kinds.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::diffusion {
namespace {

struct Kind
{
    const char *id;
    const char *className; ///< of diffusers
    bool karras;
    std::unique_ptr<Scheduler> (*make)(const SchedulerConfig &, int);
};

constexpr std::array<Kind, 8> kKinds{{
    {"ddpm", "DDPMScheduler", false, makeDdpm},
    {"ddim", "DDIMScheduler", false, makeDdim},
    {"pndm", "PNDMScheduler", false, makePndm},
    {"euler", "EulerDiscreteScheduler", false, makeEuler},
    {"euler_ancestral", "EulerAncestralDiscreteScheduler", false, makeEulerAncestral},
    {"dpmpp_2m", "DPMSolverMultistepScheduler", false, makeDpmpp2m},
    {"dpmpp_2m_karras", "DPMSolverMultistepScheduler", true, makeDpmpp2m},
    {"lcm", "LCMScheduler", false, makeLcm},
}};

} // namespace

Scheduler::Scheduler(const SchedulerConfig &config, int asked) : m_config(config), m_schedule(config), m_asked(asked) {}

KeptScheduler::KeptScheduler(const SchedulerConfig &config, int asked) : Scheduler(config, asked)
{
    if (config.zeroSnr && config.prediction == Prediction::Noise)
        throw Exception(ErrorCode::Unsupported,
                        "rescale_betas_zero_snr leaves noise alone at the first step, from which a model that predicts "
                        "noise cannot tell a picture; choose the scheduler euler or dpmpp_2m");
}

at::Tensor Scheduler::scaleModelInput(const at::Tensor &sample, int) const
{
    return sample;
}

bool Scheduler::needsNoise(int) const
{
    return false;
}

at::Tensor Scheduler::addNoise(const at::Tensor &picture, const at::Tensor &noise, int index) const
{
    if (index >= steps())
        return picture;
    const double share = noiseLevel(index);
    return picture * std::sqrt(1 - share) + noise * std::sqrt(share);
}

double Scheduler::noiseLevel(int index) const
{
    return index >= steps() ? 0 : 1 - m_schedule.kept(static_cast<int>(m_timesteps.at(std::size_t(index))));
}

int Scheduler::firstStep(double strength) const
{
    return std::clamp(m_asked - static_cast<int>(m_asked * strength), 0, steps());
}

at::Tensor Scheduler::guess(const at::Tensor &output, const at::Tensor &sample, double kept) const
{
    switch (m_config.prediction) {
    case Prediction::Noise:
        return limited((sample - output * std::sqrt(1 - kept)) / std::sqrt(kept));
    case Prediction::Velocity:
        return limited(sample * std::sqrt(kept) - output * std::sqrt(1 - kept));
    case Prediction::Picture:
        break;
    }
    return limited(output);
}

at::Tensor Scheduler::limited(const at::Tensor &picture) const
{
    switch (m_config.limit) {
    case Limit::None:
        return picture;
    case Limit::Clip:
        return picture.clamp(-m_config.clipRange, m_config.clipRange);
    case Limit::Dynamic:
        break;
    }
    // Each picture of a batch has a limit of its own: [B, 1, 1, 1]
    const at::Tensor limit = at::quantile(picture.abs().flatten(1), m_config.dynamicRatio, 1)
                                 .clamp(1, m_config.dynamicMost)
                                 .view({-1, 1, 1, 1});
    return at::minimum(at::maximum(picture, -limit), limit) / limit;
}

const std::vector<std::string> &schedulerIds()
{
    static const std::vector<std::string> ids = [] {
        std::vector<std::string> all;
        for (const Kind &kind : kKinds)
            all.emplace_back(kind.id);
        return all;
    }();
    return ids;
}

std::string schedulerIdOf(const JsonObject &json)
{
    const std::string name = json.text("_class_name");
    const bool karras = json.booleanOr("use_karras_sigmas", false);
    std::string known;
    for (const Kind &kind : kKinds) {
        if (name == kind.className && (kind.karras == karras || name != "DPMSolverMultistepScheduler"))
            return kind.id;
        if (!kind.karras)
            known += (known.empty() ? "" : ", ") + std::string(kind.className);
    }
    throw Exception(ErrorCode::Unsupported, json.where() + ": field \"_class_name\" is \"" + name +
                                                "\", but this program knows the schedulers " + known);
}

std::unique_ptr<Scheduler> makeScheduler(std::string_view id, const SchedulerConfig &config, int steps)
{
    std::string known;
    for (const Kind &kind : kKinds) {
        if (id == kind.id) {
            checkSteps(steps, config.trainSteps);
            SchedulerConfig used = config;
            if (id.starts_with("dpmpp")) // the two differ by nothing else, so the name counts
                used.karrasSigmas = kind.karras;
            std::unique_ptr<Scheduler> made = kind.make(used, steps);
            for (const double step : made->timesteps())
                if (step > config.trainSteps - 1) // an offset leads beyond the last when all of them are asked for
                    throw Exception(ErrorCode::BadInput, "The scheduler " + std::string(id) + " cannot take " +
                                                             std::to_string(steps) +
                                                             " steps with this model's steps_offset; ask for fewer");
            return made;
        }
        known += (known.empty() ? "" : ", ") + std::string(kind.id);
    }
    throw Exception(ErrorCode::BadInput, "There is no scheduler \"" + std::string(id) + "\"; choose one of " + known);
}

} // namespace orrery::diffusion
