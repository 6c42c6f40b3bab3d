// SPDX-License-Identifier: Apache-2.0
#include "engine/models/dalle/token_transformer.h"

#include "engine/models/attention.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::dalle {

namespace {

using attention::joinHeads;
using attention::layerNorm;
using attention::linear;
using attention::splitHeads;

std::string blockName(std::int64_t layer)
{
    return "blocks." + std::to_string(layer);
}

/// Queries, keys and values, each [B, H, n, D / H].
std::vector<at::Tensor> queriesKeysValues(const Weights &weights, const TokenTransformerShape &shape,
                                          const std::string &name, const at::Tensor &x)
{
    std::vector<at::Tensor> parts = linear(weights, name + ".qkv", layerNorm(weights, name + ".norm1", x)).chunk(3, -1);
    for (at::Tensor &part : parts)
        part = splitHeads(part, shape.heads);
    return parts;
}

at::Tensor restOfBlock(const Weights &weights, const std::string &name, const at::Tensor &x, const at::Tensor &mixed)
{
    const at::Tensor y = x + linear(weights, name + ".out", joinHeads(mixed));
    return y + attention::perceptron(weights, name, layerNorm(weights, name + ".norm2", y));
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
        looked.shares = at::zeros({shape.pictureTokens(), shape.textPositions}, keys.options());
    const double scale = 1.0 / std::sqrt(static_cast<double>(keys.size(3)));
    const at::Tensor newest = queries.narrow(0, 0, 1).narrow(2, queries.size(2) - 1, 1);
    const at::Tensor shares = at::softmax(at::matmul(newest * scale, keys.narrow(0, 0, 1).transpose(-1, -2)), -1);
    looked.shares.select(0, place).add_(shares.narrow(3, 0, shape.textPositions).mean(1).flatten(),
                                        1.0 / static_cast<double>(shape.layers));
}

/// [G · G, D]
at::Tensor places(const Weights &weights)
{
    const at::Tensor &rows = weightOf(weights, "row_embedding");       // [G, D]
    const at::Tensor &columns = weightOf(weights, "column_embedding"); // [G, D]
    return (rows.unsqueeze(1) + columns.unsqueeze(0)).reshape({-1, rows.size(1)});
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

KeyValueCache::KeyValueCache(const TokenTransformerShape &shape, std::int64_t rows, const at::TensorOptions &options)
{
    const std::int64_t positions = shape.textPositions + shape.pictureTokens();
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        keys.push_back(at::empty({rows, shape.heads, positions, shape.width / shape.heads}, options));
        values.push_back(at::empty_like(keys.back()));
    }
}

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
    const std::string name = blockName(layer);
    const auto parts = queriesKeysValues(weights, shape, name, x);
    const at::Tensor mixed = at::scaled_dot_product_attention(parts[0], parts[1], parts[2], {}, 0.0, true);
    return restOfBlock(weights, name, x, mixed);
}

at::Tensor cachedBlock(const Weights &weights, const TokenTransformerShape &shape, std::int64_t layer,
                       const at::Tensor &x, KeyValueCache &cache)
{
    const std::string name = blockName(layer);
    const auto parts = queriesKeysValues(weights, shape, name, x);
    const std::int64_t fresh = x.size(1);
    at::Tensor &keys = cache.keys[static_cast<std::size_t>(layer)];
    at::Tensor &values = cache.values[static_cast<std::size_t>(layer)];
    keys.narrow(2, cache.length, fresh).copy_(parts[1]);
    values.narrow(2, cache.length, fresh).copy_(parts[2]);
    const std::int64_t known = cache.length + fresh;
    const at::Tensor mixed = at::scaled_dot_product_attention(parts[0], keys.narrow(2, 0, known),
                                                              values.narrow(2, 0, known), {}, 0.0, fresh > 1);
    if (cache.looked)
        record(*cache.looked, shape, parts[0], keys.narrow(2, 0, known));
    return restOfBlock(weights, name, x, mixed);
}

at::Tensor logits(const Weights &weights, const at::Tensor &x)
{
    return linear(weights, "head", layerNorm(weights, "norm", x)).to(at::kFloat);
}

} // namespace orrery::dalle
