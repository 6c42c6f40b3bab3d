// SPDX-License-Identifier: Apache-2.0
#include "engine/models/clip/residual_tower.h"

#include "engine/models/clip/transformer.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::clip {

namespace {

constexpr double kNormEpsilon = 1e-5;
// Batches are small (32), so the running statistics average over many of them.
constexpr double kNormMomentum = 0.02;
constexpr double kLeastFlat = 0.02; // keeps the logarithm of "none" at −4
const std::string kRoot = "vision_model.";

std::string blockName(std::int64_t stage, std::int64_t block)
{
    return kRoot + "stages." + std::to_string(stage) + "." + std::to_string(block);
}

at::Tensor convolve(const Weights &weights, const std::string &name, const at::Tensor &x, std::int64_t stride,
                    NormMode mode)
{
    const at::Tensor &kernel = weightOf(weights, name + ".weight");
    const std::int64_t padding = kernel.size(-1) / 2;
    if (mode == NormMode::Folded)
        return at::conv2d(x, kernel, weightOf(weights, name + ".bias"), stride, padding);
    if (mode == NormMode::Unfolding) {
        const at::Tensor plain = at::conv2d(x, kernel, {}, stride, padding); // [B, C, H, W]
        const at::Tensor bias = weightOf(weights, name + ".bias"), mean = plain.mean({0, 2, 3});
        const at::Tensor variance = plain.var({0, 2, 3}, false);
        const auto fill = [&](const char *field, const at::Tensor &value) {
            at::Tensor target = weightOf(weights, name + ".norm." + field);
            target.copy_(value);
        };
        fill("running_mean", mean);
        fill("running_var", variance);
        fill("weight", (variance + kNormEpsilon).sqrt());
        fill("bias", bias + mean);
        return plain + bias.view({1, -1, 1, 1});
    }
    return at::batch_norm(at::conv2d(x, kernel, {}, stride, padding), weightOf(weights, name + ".norm.weight"),
                          weightOf(weights, name + ".norm.bias"), weightOf(weights, name + ".norm.running_mean"),
                          weightOf(weights, name + ".norm.running_var"), mode == NormMode::Training, kNormMomentum,
                          kNormEpsilon, false);
}

at::Tensor residualBlock(const Weights &weights, const std::string &name, const at::Tensor &x, std::int64_t stride,
                         NormMode mode)
{
    at::Tensor shortcut = x;
    if (stride == 2) // averaged first: a strided 1×1 would throw three quarters of the picture away
        shortcut = convolve(weights, name + ".shortcut", at::avg_pool2d(x, 2), 1, mode);
    const at::Tensor inner = at::relu(convolve(weights, name + ".conv1", x, stride, mode));
    return at::relu(convolve(weights, name + ".conv2", inner, 1, mode) + shortcut);
}

/// CLIP's attention pooling: the mean asks, all cells of the map (and the mean) answer.
at::Tensor attentionPool(const Weights &weights, const ResidualTowerShape &shape, const at::Tensor &map)
{
    const std::int64_t batch = map.size(0), width = map.size(1), rows = map.size(2), columns = map.size(3);
    const std::string name = kRoot + "pool.";
    // Stored for the full picture size; other sizes interpolate.
    at::Tensor cells = weightOf(weights, name + "position"); // [1, D, grid, grid]
    if (cells.size(2) != rows || cells.size(3) != columns)
        cells = at::upsample_bilinear2d(cells, {rows, columns}, false);
    const at::Tensor grid = (map + cells.to(map.scalar_type())).flatten(2).transpose(1, 2); // [B, N, D]
    const at::Tensor mean =
        map.mean({2, 3}).unsqueeze(1) + weightOf(weights, name + "mean_position").to(map.scalar_type()); // [B, 1, D]
    const at::Tensor tokens = at::cat({mean, grid}, 1); // [B, N + 1, D]

    const std::int64_t headWidth = width / shape.heads;
    const auto heads = [&](const char *projection, const at::Tensor &x) {
        return linear(weights, name + projection, x).view({batch, x.size(1), shape.heads, headWidth}).transpose(1, 2);
    };
    const at::Tensor query = heads("q_proj", mean) * (1.0 / std::sqrt(static_cast<double>(headWidth)));
    const at::Tensor scores = at::matmul(query, heads("k_proj", tokens).transpose(-1, -2)); // [B, heads, 1, N + 1]
    const at::Tensor shares = at::softmax(scores, -1).to(scores.scalar_type());
    const at::Tensor mixed = at::matmul(shares, heads("v_proj", tokens)); // [B, heads, 1, D / heads]
    // The mean passes by, so that the pooling starts as plain averaging and learns to look.
    const at::Tensor pooled = mixed.transpose(1, 2).reshape({batch, width}) + map.mean({2, 3});
    return linear(weights, "visual_projection", pooled); // [B, E]
}

} // namespace

std::vector<ConvolutionShape> convolutionsOf(const ResidualTowerShape &shape)
{
    std::vector<ConvolutionShape> all = {{kRoot + "stem.0", {shape.stem, 3, 3, 3}},
                                         {kRoot + "stem.1", {shape.stem, shape.stem, 3, 3}}};
    std::int64_t in = shape.stem;
    for (std::size_t stage = 0; stage < shape.widths.size(); ++stage) {
        const std::int64_t out = shape.widths[stage];
        for (std::int64_t block = 0; block < shape.blocks; ++block) {
            const std::string name = blockName(static_cast<std::int64_t>(stage), block);
            all.push_back({name + ".conv1", {out, in, 3, 3}});
            all.push_back({name + ".conv2", {out, out, 3, 3}});
            if (block == 0)
                all.push_back({name + ".shortcut", {out, in, 1, 1}});
            in = out;
        }
    }
    return all;
}

std::int64_t residualPieces(const ResidualTowerShape &shape)
{
    return 2 + static_cast<std::int64_t>(shape.widths.size()) * shape.blocks;
}

std::int64_t lookPiece(const ResidualTowerShape &shape)
{
    return (static_cast<std::int64_t>(shape.widths.size()) - 1) * shape.blocks;
}

at::Tensor lookOf(const at::Tensor &pixels, const at::Tensor &map)
{
    const std::int64_t rows = pixels.size(2) - 1, columns = pixels.size(3) - 1;
    const at::Tensor here = pixels.narrow(2, 0, rows).narrow(3, 0, columns);
    const at::Tensor flat = here.eq(pixels.narrow(2, 0, rows).narrow(3, 1, columns))
                                .logical_and(here.eq(pixels.narrow(2, 1, rows).narrow(3, 0, columns)))
                                .all(1);                                                      // [B, H − 1, W − 1]
    const at::Tensor flatness = (flat.to(map.scalar_type()).mean({1, 2}) + kLeastFlat).log(); // [B]
    return at::cat({map.mean({2, 3}), map.std({2, 3}, false), flatness.unsqueeze(1)}, 1);
}

at::Tensor residualPiece(const Weights &weights, const ResidualTowerShape &shape, std::int64_t piece,
                         const at::Tensor &x, NormMode mode)
{
    if (piece == 0) {
        if (x.dim() != 4 || x.size(1) != 3 || x.size(2) % 16 != 0 || x.size(3) % 16 != 0)
            throw Exception(ErrorCode::Shape, "picture: expected [B, 3, H, W] with multiples of 16 pixels");
        const at::Tensor half =
            at::relu(convolve(weights, kRoot + "stem.0", x.contiguous(at::MemoryFormat::ChannelsLast), 2, mode));
        return at::relu(convolve(weights, kRoot + "stem.1", half, 1, mode)); // [B, C, H / 2, W / 2]
    }
    if (piece == residualPieces(shape) - 1)
        return attentionPool(weights, shape, x);
    const std::int64_t stage = (piece - 1) / shape.blocks, block = (piece - 1) % shape.blocks;
    return residualBlock(weights, blockName(stage, block), x, block == 0 ? 2 : 1, mode);
}

at::Tensor encodeResidual(const Weights &weights, const ResidualTowerShape &shape, const at::Tensor &pixels,
                          NormMode mode)
{
    at::Tensor x = pixels;
    for (std::int64_t piece = 0; piece < residualPieces(shape); ++piece)
        x = residualPiece(weights, shape, piece, x, mode);
    return x;
}

Weights unfoldNorms(const Weights &weights, const ResidualTowerShape &shape, const at::Tensor &pixels)
{
    Weights all = weights;
    std::vector<std::string> biases;
    for (const ConvolutionShape &convolution : convolutionsOf(shape)) {
        for (const char *field : {".norm.weight", ".norm.bias", ".norm.running_mean", ".norm.running_var"})
            all[convolution.name + field] = at::zeros({convolution.shape[0]}, at::kFloat);
        biases.push_back(convolution.name + ".bias");
    }
    encodeResidual(all, shape, pixels, NormMode::Unfolding);
    for (const std::string &name : biases)
        all.erase(name);
    return all;
}

Weights foldNorms(const Weights &weights, const ResidualTowerShape &shape)
{
    Weights folded;
    for (const auto &[name, tensor] : weights)
        if (name.find(".norm.") == std::string::npos || name.rfind(kRoot, 0) != 0)
            folded[name] = tensor;
    for (const ConvolutionShape &convolution : convolutionsOf(shape)) {
        const std::string &name = convolution.name;
        const at::Tensor scale = weightOf(weights, name + ".norm.weight") *
                                 (weightOf(weights, name + ".norm.running_var") + kNormEpsilon).rsqrt();
        folded[name + ".weight"] = weightOf(weights, name + ".weight") * scale.view({-1, 1, 1, 1});
        folded[name + ".bias"] =
            weightOf(weights, name + ".norm.bias") - weightOf(weights, name + ".norm.running_mean") * scale;
    }
    return folded;
}

} // namespace orrery::clip
