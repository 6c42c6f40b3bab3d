// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/dalle/token_transformer.h"
#include "engine/text/clip_tokenizer.h"
#include "engine/training/drawing/drawing_trainer.h"
#include "engine/training/drawing/picture_codes.h"

namespace orrery::training {

/// Trains picture-dalle: the next picture token, given the prompt and those before. A tenth of the prompts is left out,
/// so that guidance has something to compare with. Source: Ramesh et al. 2021, arXiv:2102.12092, section 2.2; Gafni et
/// al. 2022, arXiv:2203.13131, section 3.5 (guidance for tokens).
///
/// Most of 4,096 codes have others that look nearly the same (half of them one within a cosine of 0.993), and a network
/// that is told nothing of this learns by heart which of them belongs to which noun in which colour. So codes are also
/// embedded and scored by what they look like: their vectors, and the looks of code_looks.h. A finished model's tables
/// contain that. Thread: engine.
class DalleTrainer : public DrawingTrainer
{
public:
    /// @param codes  weights of a finished picture-dvae of shape `codesShape`
    /// @param looks  float [K, F]: of codeLooks; none: codes are known by their vectors alone
    DalleTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options,
                 std::shared_ptr<const ClipTokenizer> tokenizer, const Weights &codes, dvae::DvaeShape codesShape,
                 at::Device device, const at::Tensor &looks = {});

    static DrawingOptions recipe();
    std::string report() const override;
    const dalle::TokenTransformerShape &shape() const { return m_shape; }

    /// @param finished  a model, or all that is learned: with what is said by the codes' vectors apart
    void startFrom(const Weights &finished) override;
    Weights finished() const override;

protected:
    Pass begin(const SmallBatch &batch) override;
    at::Tensor lossOf(const at::Tensor &output) override;
    double dropCaptions() const override { return 0.1; }
    bool isLearned(const std::string &name) const override;

private:
    /// The tables of a model whose codes are also known by their vectors.
    Weights withVectors(const Weights &weights) const;

    std::shared_ptr<const ClipTokenizer> m_tokenizer;
    PictureCodes m_codes;
    dalle::TokenTransformerShape m_shape;
    at::Tensor m_tokens; ///< int64 [n, G · G]
};

/// Ids of all captions, filled up: int64 [n, positions].
at::Tensor captionTokens(const ClipTokenizer &tokenizer, const std::vector<std::string> &captions,
                         std::int64_t positions, at::Device device);

} // namespace orrery::training
