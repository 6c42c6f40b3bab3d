// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/diffusion/schedulers/scheduler.h"
#include "engine/models/picture_diffusion/denoiser.h"
#include "engine/models/text_to_image.h"
#include "engine/text/clip_tokenizer.h"

#include <memory>
#include <string>

namespace orrery::picture_diffusion {

/// Finds pictures in noise, by the network of denoiser.h. Thread: engine.
class PictureDiffusion final : public TextToImageModel
{
public:
    generate::DescribeResult describe() const override;
    void check(const generate::GenerateRequest &request) const override;
    bool cuts(const std::string &prompt) const override;
    int stepsOf(const generate::GenerateRequest &request) const override;
    Task<> draw(StepPacer &pace, std::shared_ptr<const Order> order, generate::Sample &sample, Report report) override;

private:
    friend Task<std::shared_ptr<TextToImageModel>> loadPictureDiffusion(EngineScope &scope, std::string folder,
                                                                        Precision precision);

    /// What both rows are told: the prompt, and what guidance compares it with.
    struct Words
    {
        at::Tensor tokens, states; ///< int64 [B, T], float [B, T, D]
    };
    Words read(const std::string &prompt, const std::string *against) const;
    /// The guess at the clean picture. @param x  float [1, 3, H, W]  @param looked  as for piece()
    Task<at::Tensor> guess(StepPacer &pace, at::Tensor x, double timestep, const Words &words, double scale,
                           at::Tensor *looked);
    diffusion::SchedulerConfig schedulerConfig(const std::string &id) const;
    std::unique_ptr<diffusion::Scheduler> scheduler(const generate::GenerateRequest &request) const;

    DenoiserShape m_shape;
    Weights m_weights;
    std::shared_ptr<const ClipTokenizer> m_tokenizer;
    at::Device m_device = at::kCPU;
};

Task<std::shared_ptr<TextToImageModel>> loadPictureDiffusion(EngineScope &scope, std::string folder,
                                                             Precision precision = Precision::Exact);

} // namespace orrery::picture_diffusion
