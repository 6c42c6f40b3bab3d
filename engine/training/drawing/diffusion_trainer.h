// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/picture_diffusion/denoiser.h"
#include "engine/text/clip_tokenizer.h"
#include "engine/training/drawing/drawing_trainer.h"

namespace orrery::training {

/// Trains picture-diffusion: the clean picture, given a noised one, the time and the prompt. A tenth of the prompts is
/// left out, for classifier-free guidance.
///
/// Noise follows the cosine schedule (Nichol and Dhariwal 2021, arXiv:2102.09672, equation 17) in 1,000 steps, all
/// equally often. The squared error is weighted by 1 + signal / noise, which is what predicting the velocity would
/// weigh it by (Salimans and Ho 2022, arXiv:2202.00512, section 4), but by 3 at most (Hang et al. 2023,
/// arXiv:2303.09556), so that details that hardly show do not drown the rest. Thread: engine.
class DiffusionTrainer : public DrawingTrainer
{
public:
    DiffusionTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options,
                     std::shared_ptr<const ClipTokenizer> tokenizer, at::Device device);

    static DrawingOptions recipe();
    const picture_diffusion::DenoiserShape &shape() const { return m_shape; }

protected:
    Pass begin(const SmallBatch &batch) override;
    at::Tensor lossOf(const at::Tensor &output) override;
    void finish() override;
    double dropCaptions() const override { return 0.1; }

private:
    std::shared_ptr<const ClipTokenizer> m_tokenizer;
    picture_diffusion::DenoiserShape m_shape;
    at::Tensor m_signal; ///< float [1000], on the device: share of the variance that is picture at each step
    at::Tensor m_pixels, m_noised, m_weight;
    picture_diffusion::Condition m_made;   ///< with its graph
    picture_diffusion::Condition m_leaves; ///< what the blocks read; gathers their gradients
};

} // namespace orrery::training
