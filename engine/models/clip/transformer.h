// SPDX-License-Identifier: Apache-2.0
/// The transformer that both towers of CLIP are made of: pre-norm blocks of attention and a two-layer perceptron.
/// Source: Radford et al. 2021, CLIP, §2.4, arXiv:2103.00020; weight names as Hugging Face's CLIPModel saves them.
/// Letters: B batch, T positions, D width, H heads.
#pragma once

#include "engine/models/weights.h"

#include <cstdint>
#include <string>

namespace orrery::clip {

enum class Activation
{
    Gelu,      ///< exact, with the error function
    QuickGelu, ///< x · sigmoid(1.702 x), as OpenAI trained
};

struct TransformerShape
{
    std::int64_t width = 512; ///< D
    std::int64_t heads = 8;   ///< H, divides D
    std::int64_t layers = 12;
    std::int64_t intermediate = 2048; ///< width of the perceptron's hidden layer
    Activation activation = Activation::QuickGelu;
    double epsilon = 1e-5; ///< of every layer norm
};

/// `prefix` + ".weight" and ".bias" (where there is one) applied to the last dimension.
at::Tensor linear(const Weights &weights, const std::string &prefix, const at::Tensor &x);
at::Tensor layerNorm(const Weights &weights, const std::string &prefix, const at::Tensor &x, double epsilon);

/// [T, T] with −∞ above the diagonal, for causal attention; float32.
at::Tensor causalMask(std::int64_t positions, at::Device device);

/// A block in three pieces, for callers that pause between them: one block of ViT-L takes longer than a step may.
constexpr int kBlockPieces = 3;
struct BlockState
{
    at::Tensor x;      ///< float [B, T, D]
    at::Tensor hidden; ///< float [B, T, intermediate], between the second piece and the third
};
void transformerBlockPiece(const Weights &weights, const std::string &prefix, const TransformerShape &shape, int piece,
                           BlockState &state, const at::Tensor &mask);

/// One block, all pieces.
/// @param prefix  "text_model.encoder.layers.3"
/// @param x       float [B, T, D]
/// @param mask    float [T, T], added to the attention scores; undefined: every position sees every other
/// @return        float [B, T, D]
/// Thread: engine.
at::Tensor transformerBlock(const Weights &weights, const std::string &prefix, const TransformerShape &shape,
                            const at::Tensor &x, const at::Tensor &mask);

} // namespace orrery::clip
