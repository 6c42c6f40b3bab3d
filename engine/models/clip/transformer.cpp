// SPDX-License-Identifier: Apache-2.0
#include "engine/models/clip/transformer.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace orrery::clip {

at::Tensor linear(const Weights &weights, const std::string &prefix, const at::Tensor &x)
{
    const auto bias = weights.find(prefix + ".bias");
    return at::linear(x, weightOf(weights, prefix + ".weight"), bias == weights.end() ? at::Tensor() : bias->second);
}

at::Tensor layerNorm(const Weights &weights, const std::string &prefix, const at::Tensor &x, double epsilon)
{
    return at::layer_norm(x, {x.size(-1)}, weightOf(weights, prefix + ".weight"), weightOf(weights, prefix + ".bias"),
                          epsilon);
}

at::Tensor causalMask(std::int64_t positions, at::Device device)
{
    return at::full({positions, positions}, -std::numeric_limits<float>::infinity(),
                    at::TensorOptions().dtype(at::kFloat).device(device))
        .triu(1);
}

namespace {

at::Tensor attention(const Weights &weights, const std::string &prefix, const TransformerShape &shape,
                     const at::Tensor &x, const at::Tensor &mask)
{
    const std::int64_t batch = x.size(0), positions = x.size(1);
    const std::int64_t headWidth = shape.width / shape.heads;
    const auto heads = [&](const char *name) {
        return linear(weights, prefix + name, x)
            .view({batch, positions, shape.heads, headWidth})
            .transpose(1, 2); // [B, H, T, D / H]
    };
    const at::Tensor queries = heads(".q_proj") * (1.0 / std::sqrt(static_cast<double>(headWidth)));
    at::Tensor scores = at::matmul(queries, heads(".k_proj").transpose(-1, -2)); // [B, H, T, T]
    if (mask.defined())
        scores = scores + mask;
    const at::Tensor shares = at::softmax(scores, -1);
    const at::Tensor mixed = at::matmul(shares.to(scores.scalar_type()), heads(".v_proj")); // [B, H, T, D / H]
    return linear(weights, prefix + ".out_proj", mixed.transpose(1, 2).reshape({batch, positions, shape.width}));
}

at::Tensor activate(Activation activation, const at::Tensor &x)
{
    return activation == Activation::QuickGelu ? x * at::sigmoid(x * 1.702) : at::gelu(x);
}

} // namespace

void transformerBlockPiece(const Weights &weights, const std::string &prefix, const TransformerShape &shape, int piece,
                           BlockState &state, const at::Tensor &mask)
{
    switch (piece) {
    case 0:
        state.x = state.x + attention(weights, prefix + ".self_attn", shape,
                                      layerNorm(weights, prefix + ".layer_norm1", state.x, shape.epsilon), mask);
        break;
    case 1:
        state.hidden =
            activate(shape.activation, linear(weights, prefix + ".mlp.fc1",
                                              layerNorm(weights, prefix + ".layer_norm2", state.x, shape.epsilon)));
        break;
    default:
        state.x = state.x + linear(weights, prefix + ".mlp.fc2", state.hidden); // [B, T, D]
        state.hidden = at::Tensor();
    }
}

at::Tensor transformerBlock(const Weights &weights, const std::string &prefix, const TransformerShape &shape,
                            const at::Tensor &x, const at::Tensor &mask)
{
    BlockState state{x, {}};
    for (int piece = 0; piece < kBlockPieces; ++piece)
        transformerBlockPiece(weights, prefix, shape, piece, state, mask);
    return state.x;
}

} // namespace orrery::clip
