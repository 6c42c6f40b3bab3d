// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/diffusion/pipeline_parts.h"
#include "engine/models/diffusion/schedulers/scheduler.h"
#include "engine/models/text_to_image.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::diffusion {

/// Stable Diffusion 1.x, 2.x and Turbo: pictures found in the noise of a small latent picture.
/// Source: Rombach et al. 2022, arXiv:2112.10752; guidance: Ho and Salimans 2022, arXiv:2207.12598; a picture to begin
/// with: Meng et al. 2022, SDEdit, arXiv:2108.01073. Thread: engine.
class StableDiffusion final : public TextToImageModel
{
public:
    /// @param folder  where notes on the model may lie; empty: none
    /// @throws Exception{ModelFile, Unsupported}
    StableDiffusion(PipelineParts parts, at::Device device, const std::string &folder);

    generate::DescribeResult describe() const override;
    void check(const generate::GenerateRequest &request) const override;
    bool cuts(const std::string &prompt) const override;
    int stepsOf(const generate::GenerateRequest &request) const override;
    Task<> draw(StepPacer &pace, std::shared_ptr<const Order> order, generate::Sample &sample, Report report) override;
    std::vector<std::string> notes() const override;

    const Unet &unet() const { return *m_parts.unet; }

    /// What is being worked on.
    struct Canvas
    {
        int index = 0;          ///< next step
        at::Tensor x;           ///< [1, L, h, w], as noisy as that step wants it
        at::Tensor noise;       ///< [1, L, h, w], it began with
        at::Tensor known;       ///< [1, L, h, w] of the picture to begin with; undefined without one
        at::Tensor mask;        ///< [1, 1, h, w], 1 where it is made anew; undefined without one
        at::Tensor knownPixels; ///< [1, 3, H, W] in [−1, 1]
        at::Tensor pixelMask;   ///< [1, 1, H, W]
    };
    /// All of draw but the decoding at its end: canvas.x is the finished latent picture.
    Task<> paint(StepPacer &pace, const Order &order, generate::Sample &sample, const Report &report,
                 Canvas &canvas) const;
    /// Pixels [1, 3, H, W] in about [−1, 1] of latents as the UNet sees them.
    Task<at::Tensor> decode(StepPacer &pace, at::Tensor latents) const;

private:
    std::unique_ptr<Scheduler> scheduler(const generate::GenerateRequest &request) const;
    double scaleOf(const generate::GenerateRequest &request) const;
    int edge() const; ///< of pictures, in pixels
    /// What prompt and, where guided, negative prompt say: the negative's row first. @return [1 or 2, T, D]
    Task<at::Tensor> read(StepPacer &pace, std::string prompt, const std::string *negative) const;
    /// The UNet's answer, guided. @param watch  may be null
    Task<at::Tensor> answer(StepPacer &pace, at::Tensor x, double timestep, at::Tensor context, double scale,
                            AttentionWatch *watch) const;
    Task<> begin(StepPacer &pace, const Order &order, Scheduler &way, Canvas &canvas) const;
    Task<at::Tensor> preview(StepPacer &pace, at::Tensor latents) const;

    PipelineParts m_parts;
    at::Device m_device;
    std::string m_scheduler;  ///< the model's own
    bool m_distilled = false; ///< takes a few steps and no guidance
    std::vector<std::string> m_notes;
};

/// A diffusers folder. @throws Exception{NotFound, ModelFile, Unsupported} naming the part, or file and field.
Task<std::shared_ptr<TextToImageModel>> loadStableDiffusion(EngineScope &scope, std::string folder,
                                                            Precision precision = Precision::Exact);
/// A single .safetensors file.
Task<std::shared_ptr<TextToImageModel>> loadStableDiffusionFile(EngineScope &scope, std::string file,
                                                                Precision precision = Precision::Exact);

} // namespace orrery::diffusion
