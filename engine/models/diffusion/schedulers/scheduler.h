// SPDX-License-Identifier: Apache-2.0
/// The ways from noise to a picture. All behave as those of diffusers do, to which tests compare whole trajectories
/// (tests/reference/make_diffusion_fixtures.py).
/// Letters: B batch, C channels, H and W height and width of pictures or latents.
#pragma once

#include "engine/models/diffusion/schedulers/noise_schedule.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::diffusion {

/// One way through one picture (or batch of them), a step at a time:
///
///     auto scheduler = makeScheduler("ddim", config, 30);
///     at::Tensor x = generator.normal(shape, device) * scheduler->initialNoiseScale();
///     for (int i = 0; i < scheduler->steps(); ++i) {
///         at::Tensor output = model(scheduler->scaleModelInput(x, i), scheduler->timesteps()[i]);
///         at::Tensor noise = scheduler->needsNoise(i) ? generator.normal(shape, device) : at::Tensor();
///         x = scheduler->step(output, i, x, noise).previous;
///     }
///
/// Some remember earlier outputs, so indices go up one by one; `begin` makes it forget them. Thread: engine.
class Scheduler
{
public:
    struct Step
    {
        at::Tensor previous;  ///< [B, C, H, W]: the sample with less noise, which enters the next step
        at::Tensor predicted; ///< [B, C, H, W]: the finished picture as guessed now
    };

    virtual ~Scheduler() = default;
    Scheduler(const Scheduler &) = delete;
    Scheduler &operator=(const Scheduler &) = delete;

    /// The model's second input, for each evaluation; falls from about 1000 to 0. Fractions may occur.
    const std::vector<double> &timesteps() const { return m_timesteps; }
    /// Evaluations of the model; pndm takes some more than were asked for.
    int steps() const { return static_cast<int>(m_timesteps.size()); }

    /// What normal noise is to be multiplied with to begin with.
    virtual double initialNoiseScale() const { return 1; }
    /// [B, C, H, W] → what the model is to be given.
    virtual at::Tensor scaleModelInput(const at::Tensor &sample, int index) const;
    /// Whether `step` wants normal noise of the sample's shape.
    virtual bool needsNoise(int index) const;

    /// @param output  [B, C, H, W] of the model, for scaleModelInput(sample, index) at timesteps()[index]
    /// @param index   0 … steps() − 1
    /// @param sample  float [B, C, H, W]
    /// @param noise   normal [B, C, H, W] where needsNoise(index); else not looked at
    virtual Step step(const at::Tensor &output, int index, const at::Tensor &sample, const at::Tensor &noise) = 0;

    /// A picture with as much noise as samples have that enter step `index`; with steps(), the picture itself.
    /// @param picture, noise  [B, C, H, W]
    virtual at::Tensor addNoise(const at::Tensor &picture, const at::Tensor &noise, int index) const;
    /// Share of the variance of what enters step `index` that is noise, in [0, 1]; of steps(), what leaves the last.
    virtual double noiseLevel(int index) const;

    /// The step to begin with when a picture is taken back by `strength` of the way to noise, in (0, 1]; steps() when
    /// that is less than one step.
    virtual int firstStep(double strength) const;
    /// Forgets earlier steps: a picture to begin with, or a branch, enters at `index`.
    /// @return the index to go on with: a little larger where evaluations belong together (pndm)
    virtual int begin(int index) { return index; }

protected:
    /// @param asked  steps that were asked for
    Scheduler(const SchedulerConfig &config, int asked);

    /// Guess at the finished picture from the model's output, limited as the configuration says.
    /// @param kept  share of the variance that is picture
    at::Tensor guess(const at::Tensor &output, const at::Tensor &sample, double kept) const;
    at::Tensor limited(const at::Tensor &picture) const;

    SchedulerConfig m_config;
    NoiseSchedule m_schedule;
    std::vector<double> m_timesteps;
    int m_asked;
};

/// ddpm, ddim, pndm, euler, euler_ancestral, dpmpp_2m, dpmpp_2m_karras, lcm
const std::vector<std::string> &schedulerIds();

/// The id of a scheduler_config.json. @throws Exception{Unsupported} naming file, field, and the known ones.
std::string schedulerIdOf(const JsonObject &json);

/// @param id     one of schedulerIds()
/// @param steps  that were asked for
/// @throws Exception{BadInput} naming the known ids, or when there are more steps than it can take;
/// Exception{Unsupported}
///         when it cannot follow the configuration's prediction.
std::unique_ptr<Scheduler> makeScheduler(std::string_view id, const SchedulerConfig &config, int steps);

} // namespace orrery::diffusion
