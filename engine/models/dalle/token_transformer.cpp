// SPDX-License-Identifier: Apache-2.0
#include "engine/models/dalle/token_transformer.h"

#include "engine/models/attention.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::dalle {

namespace {

using attention::layerNorm;
using attention::linear;

std::string blockName(std::int64_t layer)
{
    return "blocks." + std::to_string(layer);
}

/// Adds what the newest position looks at; it is the one that chooses the next picture token.
/// queries [B, H, n, D / H], keys [B, H, known, D / H]
void record(AttentionRecord &looked, const TokenTransformerShape &shape, const at::Tensor &queries,
            const at::Tensor &keys)
{
    const std::int64_t place = keys.size(2) - shape.textPositions;
    if (place >= shape.pictureTokens())
        return;
    if (!looked.shares.defined())
        looked.shares = at::zeros({looked.rows, shape.pictureTokens(), shape.textPositions}, keys.options());
    const double scale = 1.0 / std::sqrt(static_cast<double>(keys.size(3)));
    const at::Tensor newest = queries.narrow(0, 0, looked.rows).narrow(2, queries.size(2) - 1, 1);
    const at::Tensor shares =
        at::softmax(at::matmul(newest * scale, keys.narrow(0, 0, looked.rows).transpose(-1, -2)), -1);
    looked.shares.select(1, place).add_(shares.narrow(3, 0, shape.textPositions).mean(1).squeeze(1),
                                        1.0 / static_cast<double>(shape.layers));
}

} // namespace

std::vector<ExpectedWeight> expectedWeights(const TokenTransformerShape &shape)
{
    std::vector<ExpectedWeight> all{{"text_embedding", {shape.vocabulary, shape.width}},
                                    {"text_position", {shape.textPositions, shape.width}},
                                    {"picture_embedding", {shape.codes, shape.width}},
                                    {"row_embedding", {shape.grid, shape.width}},
                                    {"column_embedding", {shape.grid, shape.width}}};
    for (std::int64_t layer = 0; layer < shape.layers; ++layer)
        attention::expectBlock(all, blockName(layer), shape.width);
    attention::expectNorm(all, "norm", shape.width);
    attention::expectLinear(all, "head", shape.codes, shape.width);
    return all;
}

at::Tensor places(const Weights &weights)
{
    const at::Tensor &rows = weightOf(weights, "row_embedding");       // [G, D]
    const at::Tensor &columns = weightOf(weights, "column_embedding"); // [G, D]
    return (rows.unsqueeze(1) + columns.unsqueeze(0)).reshape({-1, rows.size(1)});
}

KeyValueCache::KeyValueCache(const TokenTransformerShape &shape, std::int64_t rows, const at::TensorOptions &options)
    : DecoderCache(shape.layers, rows, shape.heads, shape.textPositions + shape.pictureTokens(), shape.width, options)
{}

at::Tensor embedStream(const Weights &weights, const TokenTransformerShape &shape, const at::Tensor &text,
                       const at::Tensor &picture)
{
    if (text.dim() != 2 || text.size(1) != shape.textPositions || picture.size(1) > shape.pictureTokens())
        throw Exception(ErrorCode::Shape, "picture-dalle: the stream has " + std::to_string(text.size(-1)) +
                                              " text and " + std::to_string(picture.size(-1)) +
                                              " picture tokens, expected " + std::to_string(shape.textPositions) +
                                              " and at most " + std::to_string(shape.pictureTokens()));
    const at::Tensor words =
        at::embedding(weightOf(weights, "text_embedding"), text) + weightOf(weights, "text_position"); // [B, T, D]
    const at::Tensor cells = at::embedding(weightOf(weights, "picture_embedding"), picture) +
                             places(weights).narrow(0, 0, picture.size(1)); // [B, n, D]
    return at::cat({words, cells}, 1);
}

at::Tensor embedPictureToken(const Weights &weights, const TokenTransformerShape &shape, const at::Tensor &tokens,
                             std::int64_t place)
{
    const at::Tensor cell = at::embedding(weightOf(weights, "picture_embedding"), tokens) +
                            weightOf(weights, "row_embedding").select(0, place / shape.grid) +
                            weightOf(weights, "column_embedding").select(0, place % shape.grid); // [B, D]
    return cell.unsqueeze(1);
}

at::Tensor block(const Weights &weights, const TokenTransformerShape &shape, std::int64_t layer, const at::Tensor &x)
{
    return attention::decoderBlock(weights, blockName(layer), shape.heads, x);
}

at::Tensor cachedBlock(const Weights &weights, const TokenTransformerShape &shape, std::int64_t layer,
                       const at::Tensor &x, KeyValueCache &cache)
{
    attention::Looking look;
    if (cache.looked)
        look = [&](const at::Tensor &queries, const at::Tensor &keys) { record(*cache.looked, shape, queries, keys); };
    return attention::cachedDecoderBlock(weights, blockName(layer), shape.heads, layer, x, cache, look);
}

at::Tensor logits(const Weights &weights, const at::Tensor &x)
{
    return linear(weights, "head", layerNorm(weights, "norm", x)).to(at::kFloat);
}

} // namespace orrery::dalle
