// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/text_encoder.h"

#include <ATen/ATen.h>

namespace orrery::diffusion {

Task<at::Tensor> TextEncoder::encode(StepPacer &pace, at::Tensor tokens) const
{
    clip::BlockState state;
    state.x = clip::embedTokens(m_weights, m_shape, tokens);
    const at::Tensor mask = clip::causalMask(tokens.size(1), tokens.device()).to(state.x.scalar_type());
    for (std::int64_t layer = 0; layer < m_shape.transformer.layers; ++layer)
        for (int piece = 0; piece < clip::kBlockPieces; ++piece) {
            if (pace.due())
                co_await pace.step();
            clip::transformerBlockPiece(m_weights, clip::textBlock(layer), m_shape.transformer, piece, state, mask);
        }
    co_return clip::layerNorm(m_weights, "text_model.final_layer_norm", state.x, m_shape.transformer.epsilon)
        .to(at::kFloat);
}

} // namespace orrery::diffusion
