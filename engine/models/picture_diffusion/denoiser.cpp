// SPDX-License-Identifier: Apache-2.0
#include "engine/models/picture_diffusion/denoiser.h"

#include "engine/files/json.h"
#include "engine/models/attention.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::picture_diffusion {

namespace {

using attention::joinHeads;
using attention::layerNorm;
using attention::linear;
using attention::splitHeads;

constexpr std::int64_t kSeamWidth = 16; ///< channels of the convolutions at full size
constexpr double kEpsilon = 1e-5;

std::string blockName(std::int64_t layer)
{
    return "blocks." + std::to_string(layer);
}

/// Of a gated perceptron, so that it has about the weights of one that is four times as wide.
std::int64_t innerWidth(const DenoiserShape &shape)
{
    return shape.width * 11 / 4;
}

std::string wordBlock(std::int64_t layer)
{
    return "text.blocks." + std::to_string(layer);
}

/// Layer norm without weights of its own, moved and stretched by the time. x [B, N, D], shift and stretch [B, D].
at::Tensor modulatedNorm(const at::Tensor &x, const at::Tensor &shift, const at::Tensor &stretch)
{
    return at::layer_norm(x, {x.size(-1)}, {}, {}, kEpsilon) * (1 + stretch.unsqueeze(1)) + shift.unsqueeze(1);
}

/// Sines and cosines of the time. Source: Ho et al. 2020, arXiv:2006.11239, appendix B. [B] → [B, D]
at::Tensor timeSignal(const at::Tensor &steps, std::int64_t width)
{
    const std::int64_t half = width / 2;
    const at::Tensor rates =
        at::exp(at::arange(half, steps.options()) * (-std::log(10000.0) / static_cast<double>(half)));
    const at::Tensor angles = steps.unsqueeze(1) * rates.unsqueeze(0);
    return at::cat({at::cos(angles), at::sin(angles)}, 1);
}

at::Tensor patchBlock(const Weights &weights, const DenoiserShape &shape, std::int64_t layer, const at::Tensor &x,
                      const Condition &condition, at::Tensor *looked)
{
    const std::string name = blockName(layer);
    const at::Tensor modulation = condition.modulation + weightOf(weights, name + ".offset"); // [B, 6 · D]
    const std::vector<at::Tensor> m = modulation.chunk(6, 1);

    const std::vector<at::Tensor> own = linear(weights, name + ".qkv", modulatedNorm(x, m[0], m[1])).chunk(3, -1);
    const std::vector<at::Tensor> words = linear(weights, name + ".words", condition.words).chunk(2, -1);
    const at::Tensor queries = splitHeads(own[0], shape.heads);                      // [B, H, N, D / H]
    const at::Tensor keys = splitHeads(at::cat({own[1], words[0]}, 1), shape.heads); // [B, H, N + T, D / H]
    const at::Tensor values = splitHeads(at::cat({own[2], words[1]}, 1), shape.heads);
    if (looked) {
        const double scale = 1.0 / std::sqrt(static_cast<double>(queries.size(-1)));
        const at::Tensor shares =
            at::softmax(at::matmul(queries.narrow(0, 0, 1) * scale, keys.narrow(0, 0, 1).transpose(-1, -2)), -1);
        looked->add_(shares.slice(-1, own[1].size(1)).mean(1).squeeze(0)); // [N, T]
    }
    const at::Tensor mixed = joinHeads(at::scaled_dot_product_attention(queries, keys, values));
    const at::Tensor y = x + m[2].unsqueeze(1) * linear(weights, name + ".out", mixed);
    // A gated perceptron whose gates know their place: what a word looks like there is a product of the two, and sums
    // alone take many layers to learn products.
    const std::vector<at::Tensor> inner = linear(weights, name + ".fc1", modulatedNorm(y, m[3], m[4])).chunk(2, -1);
    const at::Tensor gates = at::silu(inner[1] + weightOf(weights, name + ".places")); // [B, N, inner]
    return y + m[5].unsqueeze(1) * linear(weights, name + ".fc2", inner[0] * gates);
}

} // namespace

DenoiserShape parseShape(const JsonObject &json)
{
    DenoiserShape shape;
    shape.vocabulary = json.integer("vocab_size", 3, 1 << 24);
    shape.textPositions = json.integer("text_positions", 2, 4096);
    shape.textLayers = json.integer("text_layers", 0, 256);
    shape.imageSize = json.integer("image_size", 8, 1024);
    shape.patch = json.integer("patch", 1, 256);
    shape.width = json.integer("width", 2, 1 << 16);
    shape.heads = json.integer("heads", 1, 1024);
    shape.layers = json.integer("layers", 1, 1024);
    if (shape.imageSize % shape.patch != 0)
        json.fail("patch", "is " + std::to_string(shape.patch) + ", expected a divisor of \"image_size\", " +
                               std::to_string(shape.imageSize));
    if (shape.width % (2 * shape.heads) != 0)
        json.fail("heads", "is " + std::to_string(shape.heads) + ", expected a divisor of half of \"width\", " +
                               std::to_string(shape.width));
    return shape;
}

void writeShape(const std::string &file, const DenoiserShape &shape)
{
    writeJsonFile(file, Json{{"model_type", "picture_diffusion"},
                             {"vocab_size", shape.vocabulary},
                             {"text_positions", shape.textPositions},
                             {"text_layers", shape.textLayers},
                             {"image_size", shape.imageSize},
                             {"patch", shape.patch},
                             {"width", shape.width},
                             {"heads", shape.heads},
                             {"layers", shape.layers}});
}

std::vector<ExpectedWeight> expectedWeights(const DenoiserShape &shape)
{
    const std::int64_t width = shape.width;
    std::vector<ExpectedWeight> all{{"text.embedding", {shape.vocabulary, width}},
                                    {"text.position", {shape.textPositions, width}}};
    for (std::int64_t layer = 0; layer < shape.textLayers; ++layer)
        attention::expectBlock(all, wordBlock(layer), width);
    attention::expectNorm(all, "text.norm", width);
    attention::expectLinear(all, "text.summary", width, width);
    attention::expectLinear(all, "time.fc1", width, width);
    attention::expectLinear(all, "time.fc2", width, width);
    attention::expectLinear(all, "modulation", 6 * width, width);
    attention::expectLinear(all, "patches", width, 3 * shape.patch * shape.patch);
    all.push_back({"place", {shape.grid() * shape.grid(), width}});
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        const std::string name = blockName(layer);
        all.push_back({name + ".offset", {6 * width}});
        attention::expectLinear(all, name + ".qkv", 3 * width, width);
        attention::expectLinear(all, name + ".words", 2 * width, width);
        attention::expectLinear(all, name + ".out", width, width);
        attention::expectLinear(all, name + ".fc1", 2 * innerWidth(shape), width);
        attention::expectLinear(all, name + ".fc2", width, innerWidth(shape));
        all.push_back({name + ".places", {shape.grid() * shape.grid(), innerWidth(shape)}});
    }
    attention::expectLinear(all, "last.modulation", 2 * width, width);
    attention::expectLinear(all, "last.pixels", kSeamWidth * shape.patch * shape.patch, width);
    all.push_back({"seams.conv1.weight", {kSeamWidth, kSeamWidth + 3, 3, 3}});
    all.push_back({"seams.conv1.bias", {kSeamWidth}});
    all.push_back({"seams.conv2.weight", {3, kSeamWidth, 3, 3}});
    all.push_back({"seams.conv2.bias", {3}});
    return all;
}

at::Tensor encodeWords(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens)
{
    if (tokens.dim() != 2 || tokens.size(1) != shape.textPositions)
        throw Exception(ErrorCode::Shape, "picture-diffusion: the prompt has " + std::to_string(tokens.size(-1)) +
                                              " tokens, expected " + std::to_string(shape.textPositions));
    at::Tensor x = at::embedding(weightOf(weights, "text.embedding"), tokens) + weightOf(weights, "text.position");
    for (std::int64_t layer = 0; layer < shape.textLayers; ++layer) {
        const std::string name = wordBlock(layer);
        const std::vector<at::Tensor> parts =
            linear(weights, name + ".qkv", layerNorm(weights, name + ".norm1", x)).chunk(3, -1);
        const at::Tensor mixed =
            at::scaled_dot_product_attention(splitHeads(parts[0], shape.heads), splitHeads(parts[1], shape.heads),
                                             splitHeads(parts[2], shape.heads), {}, 0.0, true);
        const at::Tensor y = x + linear(weights, name + ".out", joinHeads(mixed));
        x = y + attention::perceptron(weights, name, layerNorm(weights, name + ".norm2", y));
    }
    return layerNorm(weights, "text.norm", x).to(at::kFloat);
}

Condition condition(const Weights &weights, const DenoiserShape &shape, const at::Tensor &words,
                    const at::Tensor &tokens, const at::Tensor &steps)
{
    // The first end token closes the prompt, and has seen all of it.
    const at::Tensor last = tokens.narrow(1, tokens.size(1) - 1, 1);
    const at::Tensor end = tokens.eq(last).to(at::kInt).argmax(-1); // [B]
    const at::Tensor summary = words.index({at::arange(tokens.size(0), end.options()), end});
    Condition result;
    result.words = words;
    result.time =
        at::silu(linear(weights, "time.fc2", at::silu(linear(weights, "time.fc1", timeSignal(steps, shape.width)))) +
                 linear(weights, "text.summary", summary))
            .to(at::kFloat);
    result.modulation = linear(weights, "modulation", result.time).to(at::kFloat);
    return result;
}

std::int64_t pieces(const DenoiserShape &shape)
{
    return shape.layers + 2;
}

at::Tensor piece(const Weights &weights, const DenoiserShape &shape, std::int64_t index, const at::Tensor &x,
                 const Condition &condition, const at::Tensor &noised, at::Tensor *attention)
{
    const std::int64_t batch = x.size(0), grid = shape.grid(), edge = shape.patch;
    if (index == 0) {
        const at::Tensor patches = x.view({batch, 3, grid, edge, grid, edge})
                                       .permute({0, 2, 4, 1, 3, 5})
                                       .reshape({batch, grid * grid, 3 * edge * edge});
        return linear(weights, "patches", patches) + weightOf(weights, "place");
    }
    if (index <= shape.layers)
        return patchBlock(weights, shape, index - 1, x, condition, attention);
    const std::vector<at::Tensor> m = linear(weights, "last.modulation", condition.time).chunk(2, 1);
    const at::Tensor rows = linear(weights, "last.pixels", modulatedNorm(x, m[0], m[1])); // [B, N, 16 · P · P]
    const at::Tensor planes = rows.view({batch, grid, grid, kSeamWidth, edge, edge})
                                  .permute({0, 3, 1, 4, 2, 5})
                                  .reshape({batch, kSeamWidth, shape.imageSize, shape.imageSize});
    const at::Tensor inner =
        at::silu(at::conv2d(at::cat({planes, noised.to(planes.scalar_type())}, 1),
                            weightOf(weights, "seams.conv1.weight"), weightOf(weights, "seams.conv1.bias"), 1, 1));
    return at::conv2d(inner, weightOf(weights, "seams.conv2.weight"), weightOf(weights, "seams.conv2.bias"), 1, 1)
        .to(at::kFloat);
}

} // namespace orrery::picture_diffusion
