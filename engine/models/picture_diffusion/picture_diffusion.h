// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/diffusion/schedulers/scheduler.h"
#include "engine/models/dvae/dvae_model.h"
#include "engine/models/picture_diffusion/denoiser.h"
#include "engine/models/text_to_image.h"
#include "engine/runtime/generator.h"
#include "engine/text/clip_tokenizer.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

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
        Draft(std::uint64_t seed, int number);

        int number;
        Generator onTheWay, knownPart; ///< drafts have noise of their own
        std::unique_ptr<diffusion::Scheduler> way;
        at::Tensor noisy;  ///< float [1, C, G, G], scaled as the network has them
        at::Tensor clean;  ///< the guess so far; of a finished one the codes themselves
        at::Tensor looked; ///< as for cellBlock
        Picture picture;
        std::vector<generate::StepLook> looks;
        std::vector<generate::WordMap> words;
    };
    Draft begin(const Order &order, const Known &known, int number) const;
    /// All of them, step by step, side by side: each is what it would be alone.
    /// @param prompt  and what guidance compares it with  @param shown  told after every step
    Task<> finish(StepPacer &pace, std::shared_ptr<const Order> order, Prompt prompt, const Known &known,
                  std::vector<Draft> &drafts, std::function<void(int step, int steps)> shown) const;
    /// One step of one draft, after its guess.
    void advance(Draft &draft, int index, const Known &known) const;
    /// How much the model would change finished pictures if there were noise over them: the mean squared error of its
    /// guess, which is small where all fits the prompt and the cells beside it (Li et al. 2023, arXiv:2303.16203,
    /// section 3.2).
    /// @param prompt  one row  @param seed  of the noise, which is the same for all of them
    Task<std::vector<double>> doubts(StepPacer &pace, const std::vector<Draft> &drafts, const Prompt &prompt,
                                     const Known &known, std::uint64_t seed) const;
    /// The guesses at the clean codes, each on a thread of its own. @param noisy  float [1, C, G, G] each
    /// @param looked  as for cellBlock, one for each; undefined: nobody wants to know
    Task<std::vector<at::Tensor>> guess(StepPacer &pace, std::vector<at::Tensor> noisy, double timestep,
                                        const Prompt &prompt, double scale, std::vector<at::Tensor> looked) const;
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
