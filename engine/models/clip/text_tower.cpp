// SPDX-License-Identifier: Apache-2.0
#include "engine/models/clip/text_tower.h"

#include <ATen/ATen.h>

namespace orrery::clip {

std::string textBlock(std::int64_t layer)
{
    return "text_model.encoder.layers." + std::to_string(layer);
}

at::Tensor embedTokens(const Weights &weights, const TextTowerShape &shape, const at::Tensor &tokens)
{
    if (tokens.dim() != 2 || tokens.size(1) > shape.context)
        throw Exception(ErrorCode::Shape, "text: the batch of tokens has " + std::to_string(tokens.size(-1)) +
                                              " positions, expected at most " + std::to_string(shape.context));
    const at::Tensor positions =
        weightOf(weights, "text_model.embeddings.position_embedding.weight").narrow(0, 0, tokens.size(1));
    return at::embedding(weightOf(weights, "text_model.embeddings.token_embedding.weight"), tokens) + positions;
}

at::Tensor poolText(const Weights &weights, const TextTowerShape &shape, const at::Tensor &x, const at::Tensor &tokens)
{
    const at::Tensor normed = layerNorm(weights, "text_model.final_layer_norm", x, shape.transformer.epsilon);
    // Checkpoints older than transformers 4.24 carry eos_token_id 2, which is not the end token: there the largest id
    // is.
    const at::Tensor end =
        shape.endOfText == 2 ? tokens.argmax(-1) : tokens.eq(shape.endOfText).to(at::kInt).argmax(-1);
    const at::Tensor rows = at::arange(tokens.size(0), end.options());
    const at::Tensor pooled = normed.index({rows, end}); // [B, D]
    return linear(weights, "text_projection", pooled);   // [B, E]
}

at::Tensor encodeText(const Weights &weights, const TextTowerShape &shape, const at::Tensor &tokens)
{
    at::Tensor x = embedTokens(weights, shape, tokens);
    const at::Tensor mask = causalMask(tokens.size(1), tokens.device());
    for (std::int64_t layer = 0; layer < shape.transformer.layers; ++layer)
        x = transformerBlock(weights, textBlock(layer), shape.transformer, x, mask);
    return poolText(weights, shape, x, tokens);
}

} // namespace orrery::clip
