// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/picture_diffusion/denoiser.h"
#include "engine/text/clip_tokenizer.h"
#include "engine/training/drawing/drawing_trainer.h"
#include "engine/training/drawing/picture_codes.h"

namespace orrery::training {

/// Trains picture-diffusion: which codes a picture had, given their noised vectors, the time and the prompt. A tenth of
/// the prompts is left out, for classifier-free guidance.
///
/// Noise follows the linear schedule in 1,000 steps (Ho et al. 2020, arXiv:2006.11239, section 4): codes of 32 numbers
/// can be told apart until two thirds of their variance are noise, and that schedule spends little time before. Late
/// times are drawn more often still, for what is decided there, what stands where, is what is hard to learn.
/// Thread: engine.
class DiffusionTrainer : public DrawingTrainer
{
public:
    /// @param codes  weights of a finished picture-dvae of shape `codesShape`
    DiffusionTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options,
                     std::shared_ptr<const ClipTokenizer> tokenizer, const Weights &codes, dvae::DvaeShape codesShape,
                     at::Device device);

    static DrawingOptions recipe();
    std::string report() const override;
    const picture_diffusion::DenoiserShape &shape() const { return m_shape; }

    /// Begins with all that a finished picture-dalle over the same words and codes knows; only the time is new.
    /// Call before the first `advance`. @throws Exception{ModelFile} when they belong to another shape.
    void startFromDalle(const Weights &dalle);

protected:
    Pass begin(const SmallBatch &batch) override;
    at::Tensor lossOf(const at::Tensor &output) override;
    double dropCaptions() const override { return 0.1; }

private:
    std::shared_ptr<const ClipTokenizer> m_tokenizer;
    PictureCodes m_codes;
    picture_diffusion::DenoiserShape m_shape;
    at::Tensor m_signal; ///< float [1000], on the device: share of the variance that is picture at each step
    at::Tensor m_tokens; ///< int64 [n, G · G]
};

} // namespace orrery::training
