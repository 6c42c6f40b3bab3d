// SPDX-License-Identifier: Apache-2.0
#include "engine/models/picture_diffusion/denoiser.h"

#include "engine/files/json.h"
#include "engine/models/attention.h"
#include "engine/models/decoder.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::picture_diffusion {

namespace {

using attention::linear;

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

/// Mean over heads of how much the positions that cells are read from look at the text, in the first row. queries [B,
/// H, 1 + N, D / H], keys [B, H, T + N, D / H], text first. @return [N, T]
at::Tensor sharesOfText(const DenoiserShape &shape, const at::Tensor &queries, const at::Tensor &keys)
{
    const double scale = 1.0 / std::sqrt(static_cast<double>(queries.size(-1)));
    const at::Tensor cells = queries.narrow(0, 0, 1).narrow(2, 0, shape.pictureTokens());
    const at::Tensor shares = at::softmax(at::matmul(cells * scale, keys.narrow(0, 0, 1).transpose(-1, -2)), -1);
    return shares.narrow(-1, 0, shape.textPositions).mean(1).squeeze(0);
}

at::Tensor embedText(const Weights &weights, const at::Tensor &tokens, std::int64_t from, std::int64_t count)
{
    return at::embedding(weightOf(weights, "text_embedding"), tokens.narrow(1, from, count)) +
           weightOf(weights, "text_position").narrow(0, from, count);
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
    std::vector<ExpectedWeight> all = dalle::expectedWeights(shape);
    attention::expectLinear(all, "time.fc1", shape.width, shape.width);
    attention::expectLinear(all, "time.fc2", shape.width, shape.width);
    return all;
}

double codeScale(const DenoiserShape &shape)
{
    return std::sqrt(static_cast<double>(shape.codeWidth));
}

at::Tensor likelihoods(const DenoiserShape &shape, const at::Tensor &codebook, const at::Tensor &cells,
                       const at::Tensor &signal)
{
    // All codes have one length, so of the squared distance only the product with the noised vector is left. In double
    // precision: while noise is little it is in the hundreds, and bfloat16, in which training multiplies, is too
    // coarse.
    const at::Tensor weight = signal.sqrt() * codeScale(shape) / (1 - signal).clamp_min(kLeastNoise); // [B]
    const at::Tensor seen = cells.flatten(2).transpose(1, 2) * weight.view({-1, 1, 1});               // [B, N, C]
    return at::matmul(seen.to(at::kDouble), codebook.t().to(at::kDouble)).to(at::kFloat);
}

at::Tensor embedWords(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens)
{
    if (tokens.dim() != 2 || tokens.size(1) != shape.textPositions)
        throw Exception(ErrorCode::Shape, "picture-diffusion: the prompt has " + std::to_string(tokens.size(-1)) +
                                              " tokens, expected " + std::to_string(shape.textPositions));
    return embedText(weights, tokens, 0, shape.words());
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

at::Tensor embedCells(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens,
                      const at::Tensor &likely, const at::Tensor &steps)
{
    const at::Tensor time =
        linear(weights, "time.fc2", at::silu(linear(weights, "time.fc1", timeSignal(steps, shape.width)))); // [B, D]
    const at::Tensor codes = at::matmul(at::softmax(likely, -1), weightOf(weights, "picture_embedding"));   // [B, N, D]
    const at::Tensor cells = (codes.to(at::kFloat) + dalle::places(weights)).expand({tokens.size(0), -1, -1});
    const at::Tensor last = embedText(weights, tokens, shape.words(), 1); // [B, 1, D]
    return at::cat({last, cells}, 1) + time.to(at::kFloat).unsqueeze(1);
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
        attention->add_(sharesOfText(shape, parts[0], keys));
    return attention::restOfBlock(weights, name, x, at::scaled_dot_product_attention(parts[0], keys, values));
}

at::Tensor streamBlock(const Weights &weights, const DenoiserShape &shape, std::int64_t layer, const at::Tensor &x)
{
    const std::string name = blockName(layer);
    const auto parts = attention::queriesKeysValues(weights, name, shape.heads, x);
    const auto words = [&](std::size_t part) { return parts[part].narrow(2, 0, shape.words()); };
    const at::Tensor ofWords = at::scaled_dot_product_attention(words(0), words(1), words(2), {}, 0.0, true);
    const at::Tensor ofCells = at::scaled_dot_product_attention(parts[0].slice(2, shape.words()), parts[1], parts[2]);
    return attention::restOfBlock(weights, name, x, at::cat({ofWords, ofCells}, 2));
}

at::Tensor codeScores(const Weights &weights, const at::Tensor &x, const at::Tensor &likely)
{
    return dalle::logits(weights, x.narrow(1, 0, likely.size(1))) + likely;
}

at::Tensor meanCodes(const DenoiserShape &shape, const at::Tensor &codebook, const at::Tensor &scores)
{
    const at::Tensor means = at::matmul(at::softmax(scores, -1), codebook); // [B, N, C]
    return (means.transpose(1, 2) * codeScale(shape))
        .reshape({scores.size(0), shape.codeWidth, shape.grid, shape.grid})
        .contiguous();
}

} // namespace orrery::picture_diffusion
