// SPDX-License-Identifier: Apache-2.0
#include "engine/models/picture_diffusion/denoiser.h"

#include "engine/files/json.h"
#include "engine/models/attention.h"
#include "engine/models/decoder.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::picture_diffusion {

namespace {

using attention::layerNorm;
using attention::linear;

constexpr double kSharpness = 4;     ///< of the scores, so that weights of usual size can be sure of a code
constexpr double kLeastNoise = 1e-3; ///< share of the variance; below it every code is certain anyway

std::string blockName(std::int64_t layer)
{
    return "blocks." + std::to_string(layer);
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

/// Mean over heads of how much the cells of the first row look at the words. queries [B, H, N, D / H], keys [B, H, T +
/// N, D / H], words first. @return [N, T]
at::Tensor sharesOfWords(const at::Tensor &queries, const at::Tensor &keys, std::int64_t words)
{
    const double scale = 1.0 / std::sqrt(static_cast<double>(queries.size(-1)));
    const at::Tensor shares =
        at::softmax(at::matmul(queries.narrow(0, 0, 1) * scale, keys.narrow(0, 0, 1).transpose(-1, -2)), -1);
    return shares.narrow(-1, 0, words).mean(1).squeeze(0);
}

} // namespace

diffusion::SchedulerConfig noiseConfig()
{
    diffusion::SchedulerConfig config;
    config.betas = diffusion::Betas::Linear;
    return config;
}

DenoiserConfig parseConfig(const JsonObject &json)
{
    DenoiserConfig config;
    DenoiserShape &shape = config.shape;
    shape.vocabulary = json.integer("vocab_size", 3, 1 << 24);
    shape.textPositions = json.integer("text_positions", 2, 4096);
    shape.grid = json.integer("grid", 1, 256);
    shape.codes = json.integer("codes", 2, 1 << 20);
    shape.codeWidth = json.integer("code_width", 1, 4096);
    shape.width = json.integer("width", 2, 1 << 16);
    shape.heads = json.integer("heads", 1, 1024);
    shape.layers = json.integer("layers", 1, 1024);
    if (shape.width % (2 * shape.heads) != 0)
        json.fail("heads", "is " + std::to_string(shape.heads) + ", expected a divisor of half of \"width\", " +
                               std::to_string(shape.width));
    config.dvaeSha256 = json.text("dvae_sha256");
    return config;
}

void writeConfig(const std::string &file, const DenoiserConfig &config)
{
    const DenoiserShape &shape = config.shape;
    writeJsonFile(file, Json{{"model_type", "picture_diffusion"},
                             {"vocab_size", shape.vocabulary},
                             {"text_positions", shape.textPositions},
                             {"grid", shape.grid},
                             {"codes", shape.codes},
                             {"code_width", shape.codeWidth},
                             {"width", shape.width},
                             {"heads", shape.heads},
                             {"layers", shape.layers},
                             {"dvae_sha256", config.dvaeSha256}});
}

std::vector<ExpectedWeight> expectedWeights(const DenoiserShape &shape)
{
    const std::int64_t width = shape.width;
    std::vector<ExpectedWeight> all{{"text_embedding", {shape.vocabulary, width}},
                                    {"text_position", {shape.textPositions, width}},
                                    {"row_embedding", {shape.grid, width}},
                                    {"column_embedding", {shape.grid, width}}};
    attention::expectLinear(all, "cells", width, shape.codeWidth);
    attention::expectLinear(all, "time.fc1", width, width);
    attention::expectLinear(all, "time.fc2", width, width);
    for (std::int64_t layer = 0; layer < shape.layers; ++layer)
        attention::expectBlock(all, blockName(layer), width);
    attention::expectNorm(all, "norm", width);
    attention::expectLinear(all, "head", shape.codeWidth, width);
    all.push_back({"code_bias", {shape.codes}});
    return all;
}

double codeScale(const DenoiserShape &shape)
{
    return std::sqrt(static_cast<double>(shape.codeWidth));
}

at::Tensor embedWords(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens)
{
    if (tokens.dim() != 2 || tokens.size(1) != shape.textPositions)
        throw Exception(ErrorCode::Shape, "picture-diffusion: the prompt has " + std::to_string(tokens.size(-1)) +
                                              " tokens, expected " + std::to_string(shape.textPositions));
    return at::embedding(weightOf(weights, "text_embedding"), tokens) + weightOf(weights, "text_position");
}

Words readWords(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens)
{
    Words words;
    at::Tensor x = embedWords(weights, shape, tokens);
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        const std::string name = blockName(layer);
        const auto parts = attention::queriesKeysValues(weights, name, shape.heads, x);
        words.keys.push_back(parts[1]);
        words.values.push_back(parts[2]);
        const at::Tensor mixed = at::scaled_dot_product_attention(parts[0], parts[1], parts[2], {}, 0.0, true);
        x = attention::restOfBlock(weights, name, x, mixed);
    }
    return words;
}

at::Tensor embedCells(const Weights &weights, const DenoiserShape &shape, const at::Tensor &cells,
                      const at::Tensor &steps)
{
    const at::Tensor rows = weightOf(weights, "row_embedding"), columns = weightOf(weights, "column_embedding");
    const at::Tensor places = (rows.unsqueeze(1) + columns.unsqueeze(0)).reshape({-1, shape.width}); // [N, D]
    const at::Tensor time =
        linear(weights, "time.fc2", at::silu(linear(weights, "time.fc1", timeSignal(steps, shape.width)))); // [B, D]
    const at::Tensor codes = cells.flatten(2).transpose(1, 2);                                              // [B, N, C]
    return linear(weights, "cells", codes).to(at::kFloat) + places + time.to(at::kFloat).unsqueeze(1);
}

at::Tensor cellBlock(const Weights &weights, const DenoiserShape &shape, std::int64_t layer, const at::Tensor &x,
                     const Words &words, at::Tensor *attention)
{
    const std::string name = blockName(layer);
    const auto parts = attention::queriesKeysValues(weights, name, shape.heads, x);
    const auto index = static_cast<std::size_t>(layer);
    const at::Tensor keys = at::cat({words.keys[index], parts[1]}, 2); // [B, H, T + N, D / H]
    const at::Tensor values = at::cat({words.values[index], parts[2]}, 2);
    if (attention)
        attention->add_(sharesOfWords(parts[0], keys, words.keys[index].size(2)));
    return attention::restOfBlock(weights, name, x, at::scaled_dot_product_attention(parts[0], keys, values));
}

at::Tensor streamBlock(const Weights &weights, const DenoiserShape &shape, std::int64_t layer, const at::Tensor &x)
{
    const std::string name = blockName(layer);
    const auto parts = attention::queriesKeysValues(weights, name, shape.heads, x);
    const auto words = [&](std::size_t part) { return parts[part].narrow(2, 0, shape.textPositions); };
    const at::Tensor ofWords = at::scaled_dot_product_attention(words(0), words(1), words(2), {}, 0.0, true);
    const at::Tensor ofCells =
        at::scaled_dot_product_attention(parts[0].slice(2, shape.textPositions), parts[1], parts[2]);
    return attention::restOfBlock(weights, name, x, at::cat({ofWords, ofCells}, 2));
}

at::Tensor codeScores(const Weights &weights, const DenoiserShape &shape, const at::Tensor &codebook,
                      const at::Tensor &x, const at::Tensor &cells, const at::Tensor &signal)
{
    const at::Tensor directions = linear(weights, "head", layerNorm(weights, "norm", x)); // [B, N, C]
    const at::Tensor expected =
        (at::matmul(directions, codebook.t()).to(at::kFloat) + weightOf(weights, "code_bias")) * kSharpness;
    // All codes have one length, so of the squared distance only the product with the noised vector is left.
    const at::Tensor weight =
        signal.sqrt() * codeScale(shape) / (1 - signal).clamp_min(kLeastNoise); // [B]
    const at::Tensor seen = cells.flatten(2).transpose(1, 2) * weight.view({-1, 1, 1}); // [B, N, C]
    return expected + at::matmul(seen.to(codebook.scalar_type()), codebook.t()).to(at::kFloat);
}

at::Tensor meanCodes(const DenoiserShape &shape, const at::Tensor &codebook, const at::Tensor &scores)
{
    const at::Tensor means = at::matmul(at::softmax(scores, -1), codebook); // [B, N, C]
    return (means.transpose(1, 2) * codeScale(shape))
        .reshape({scores.size(0), shape.codeWidth, shape.grid, shape.grid})
        .contiguous();
}

} // namespace orrery::picture_diffusion
