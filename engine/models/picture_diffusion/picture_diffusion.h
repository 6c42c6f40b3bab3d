// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/diffusion/schedulers/scheduler.h"
#include "engine/models/dvae/dvae_model.h"
#include "engine/models/picture_diffusion/denoiser.h"
#include "engine/models/text_to_image.h"
#include "engine/text/clip_tokenizer.h"

#include <functional>
#include <memory>
#include <string>

namespace orrery::picture_diffusion {

/// Finds pictures in noise, by the network of denoiser.h and in the codes of a picture-dvae. Thread: engine.
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

    /// What is known of the picture to begin with, as codes; nothing is defined where there is none.
    struct Known
    {
        at::Tensor cells;         ///< float [1, C, G, G], scaled as the network has them
        at::Tensor changes;       ///< float [1, 1, G, G]: 1 where a cell may change; undefined: everywhere
        at::Tensor pixels, white; ///< float [1, 3, H, W] and the mask [1, 1, H, W], of the order
    };
    Task<Known> know(StepPacer &pace, std::shared_ptr<const Order> order) const;
    /// What the rows of a batch are told: the prompt, and what guidance compares it with.
    struct Prompt
    {
        at::Tensor tokens; ///< int64 [B, T]
        Words words;
    };
    Prompt read(const std::string &prompt, const std::string *against) const;
    /// One picture of several, on its way or finished.
    struct Draft
    {
        at::Tensor
            cells; ///< float [1, C, G, G], scaled as the network has them; of a finished one the codes themselves
        Picture picture;
        std::vector<generate::StepLook> looks;
        std::vector<generate::WordMap> words;
    };
    /// @param prompt  and what guidance compares it with  @param number  drafts have noise of their own
    /// @param shown  told after every step
    Task<Draft> draft(StepPacer &pace, std::shared_ptr<const Order> order, Prompt prompt, const Known &known, int number,
                      std::function<void(const Draft &, int step, int steps)> shown) const;
    /// How much the model would change a finished picture if there were noise over it: the mean squared error of its
    /// guess, which is small where all fits the prompt and the cells beside it (Li et al. 2023, arXiv:2303.16203,
    /// section 3.2).
    /// @param prompt  one row  @param seed  of the noise, which is to be the same for pictures that are compared
    Task<double> doubt(StepPacer &pace, const at::Tensor &cells, const Prompt &prompt, const Known &known,
                       std::uint64_t seed) const;
    /// The guess at the clean codes. @param x  float [1, C, G, G]  @param looked  as for cellBlock
    Task<at::Tensor> guess(StepPacer &pace, at::Tensor x, double timestep, const Prompt &prompt, double scale,
                           at::Tensor *looked) const;
    /// The guess, moved to where `judge` sees more of its prompt. @param stride  root mean square of the move
    Task<at::Tensor> raised(StepPacer &pace, at::Tensor cells, PromptJudge &judge, double stride) const;
    /// What codes stand for, with what a mask keeps as it was. @param finished  the nearest codes themselves
    Task<at::Tensor> pixelsOf(StepPacer &pace, at::Tensor cells, const Known &known, bool finished) const;
    /// Of guidance; 1 where there is none that is free of a classifier.
    static double scaleOf(const generate::GenerateRequest &request);
    std::unique_ptr<diffusion::Scheduler> scheduler(const generate::GenerateRequest &request) const;

    DenoiserShape m_shape;
    diffusion::NoiseSchedule m_noise{noiseConfig()};
    Weights m_weights;
    std::shared_ptr<const dvae::DvaeModel> m_codes;
    std::shared_ptr<const ClipTokenizer> m_tokenizer;
    at::Device m_device = at::kCPU;
};

/// Loads a folder; the picture-dvae lies beside it, or is the built-in one.
/// @throws Exception{NotFound, ModelFile} naming file and field; also when the codes belong to another picture-dvae.
Task<std::shared_ptr<TextToImageModel>> loadPictureDiffusion(EngineScope &scope, std::string folder,
                                                             Precision precision = Precision::Exact);

} // namespace orrery::picture_diffusion
