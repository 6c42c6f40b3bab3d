// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/network_pieces.h"

#include "engine/models/packed_products.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace orrery::diffusion {
namespace {

using attention::joinHeads;
using attention::layerNorm;
using attention::linear;
using attention::splitHeads;

/// Products of one slice of attention, which then takes about as long as the convolutions around it: nobody waits
/// longer for it than for those. Shorter ones take longer together (4,096 cells, two threads: 387 ms by 95 rows, 307 ms
/// by 1,024).
constexpr std::int64_t kSliceProducts = 5'000'000'000;
constexpr std::int64_t kLeastSlice = 64; ///< rows: fewer do not make use of the processor

/// softmax(queries · keys / sqrt(width)) · values, some rows at a time. All [B, H, T, D / H].
Task<at::Tensor> attend(StepPacer &pace, at::Tensor queries, at::Tensor keys, at::Tensor values)
{
    const at::ScalarType type = queries.scalar_type();
    const bool fast = queries.is_cpu() && type != at::kFloat;
    if (fast) { // LibTorch's attention of the CPU takes no less time in bfloat16
        queries = queries.to(at::kFloat);
        keys = keys.to(at::kFloat);
        values = values.to(at::kFloat);
    }
    const std::int64_t rows = queries.size(2);
    const std::int64_t row = 2 * queries.size(0) * queries.size(1) * keys.size(2) * queries.size(3);
    const std::int64_t slice = std::max(kLeastSlice, kSliceProducts / std::max<std::int64_t>(1, row));
    if (rows <= slice)
        co_return at::scaled_dot_product_attention(queries, keys, values).to(type);
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < rows; first += slice) {
        if (pace.due())
            co_await pace.step();
        parts.push_back(
            at::scaled_dot_product_attention(queries.narrow(2, first, std::min(slice, rows - first)), keys, values));
    }
    co_return at::cat(parts, 2).to(type);
}

/// The same for few keys, with the shares of attention put down.
/// @param queries  [B, H, N, D / H], N cells of `height` rows
at::Tensor attendWatched(const at::Tensor &queries, const at::Tensor &keys, const at::Tensor &values,
                         std::int64_t height, AttentionWatch &watch)
{
    const at::Tensor shares =
        at::softmax(at::matmul(queries, keys.transpose(-1, -2)) * (1 / std::sqrt(double(queries.size(3)))), -1);
    const at::Tensor map = shares.select(0, -1)
                               .to(at::kFloat)
                               .mean(0)
                               .t()
                               .reshape({1, keys.size(2), height, queries.size(2) / height}); // [1, T, h, w]
    const at::Tensor same = at::upsample_bilinear2d(map, {watch.height, watch.width}, false).squeeze(0);
    watch.sum = watch.sum.defined() ? watch.sum + same : same;
    ++watch.count;
    return at::matmul(shares, values);
}

/// [B, C, H, W] → [B, H · W, C]
at::Tensor toRows(const at::Tensor &x)
{
    return x.flatten(2).transpose(1, 2);
}

/// Attention with weights to_q, to_k, to_v and to_out.0 from rows [B, N, C] to `context` [B, T, D].
/// @param height  rows of cells where shares are to be put down; else 0
Task<at::Tensor> attentionOf(StepPacer &pace, const Weights &weights, std::string name, std::int64_t heads,
                             at::Tensor rows, at::Tensor context, std::int64_t height, AttentionWatch *watch)
{
    const at::Tensor queries = splitHeads(linear(weights, name + ".to_q", rows), heads);
    const at::Tensor keys = splitHeads(linear(weights, name + ".to_k", context), heads);
    const at::Tensor values = splitHeads(linear(weights, name + ".to_v", context), heads);
    if (pace.due())
        co_await pace.step();
    at::Tensor mixed;
    if (watch && height > 0) {
        mixed = attendWatched(queries, keys, values, height, *watch);
    } else {
        Task<at::Tensor> slices = attend(pace, queries, keys, values);
        mixed = co_await std::move(slices);
    }
    co_return linear(weights, name + ".to_out.0", joinHeads(mixed));
}

/// Shazeer 2020, arXiv:2002.05202: half of the first product, times GELU of the other half.
Task<at::Tensor> gatedPerceptron(StepPacer &pace, const Weights &weights, std::string name, at::Tensor rows)
{
    const std::vector<at::Tensor> halves = linear(weights, name + ".net.0.proj", rows).chunk(2, -1);
    if (pace.due())
        co_await pace.step();
    co_return linear(weights, name + ".net.2", halves[0] * at::gelu(halves[1]));
}

} // namespace

at::Tensor convolution(const Weights &weights, const std::string &name, const at::Tensor &x, std::int64_t stride,
                       std::int64_t padding)
{
    const auto found = weights.find(name + ".bias");
    const at::Tensor bias = found == weights.end() ? at::Tensor() : found->second;
    const at::Tensor &weight = weightOf(weights, name + ".weight");
    return isPacked(weight) ? packedConvolution(x, weight, bias, stride, padding)
                            : at::conv2d(x, weight, bias, stride, padding);
}

at::Tensor groupNorm(const Weights &weights, const std::string &name, const Layer &layer, const at::Tensor &x)
{
    return at::group_norm(x, layer.groups, weightOf(weights, name + ".weight"), weightOf(weights, name + ".bias"),
                          layer.epsilon);
}

at::Tensor normActivation(const Weights &weights, const std::string &name, const Layer &layer, const at::Tensor &x)
{
    return at::silu(groupNorm(weights, name, layer, x));
}

Task<at::Tensor> cellAttention(StepPacer &pace, const Weights &weights, const Layer &layer, at::Tensor x)
{
    at::Tensor rows = toRows(groupNorm(weights, layer.name + ".group_norm", layer, x));
    Task<at::Tensor> looking = attentionOf(pace, weights, layer.name, 1, rows, rows, 0, nullptr);
    const at::Tensor mixed = co_await std::move(looking);
    co_return mixed.transpose(1, 2).reshape(x.sizes()) + x;
}

Task<at::Tensor> wordTransformer(StepPacer &pace, const Weights &weights, const Layer &layer, at::Tensor x,
                                 NetworkInputs inputs)
{
    const std::int64_t height = x.size(2);
    at::Tensor rows = groupNorm(weights, layer.name + ".norm", layer, x);
    rows = layer.linearProjection ? linear(weights, layer.name + ".proj_in", toRows(rows))
                                  : toRows(convolution(weights, layer.name + ".proj_in", rows, 1, 0));
    for (std::int64_t block = 0; block < layer.blocks; ++block) {
        const std::string name = layer.name + ".transformer_blocks." + std::to_string(block);
        if (pace.due())
            co_await pace.step();
        at::Tensor normed = layerNorm(weights, name + ".norm1", rows);
        Task<at::Tensor> cells = attentionOf(pace, weights, name + ".attn1", layer.heads, normed, normed, 0, nullptr);
        rows = rows + co_await std::move(cells);
        if (pace.due())
            co_await pace.step();
        normed = layerNorm(weights, name + ".norm2", rows);
        Task<at::Tensor> words =
            attentionOf(pace, weights, name + ".attn2", layer.heads, normed, inputs.context, height, inputs.watch);
        rows = rows + co_await std::move(words);
        if (pace.due())
            co_await pace.step();
        normed = layerNorm(weights, name + ".norm3", rows);
        Task<at::Tensor> perceptron = gatedPerceptron(pace, weights, name + ".ff", normed);
        rows = rows + co_await std::move(perceptron);
    }
    if (pace.due())
        co_await pace.step();
    const auto toCells = [&](const at::Tensor &y) {
        return y.transpose(1, 2).reshape({x.size(0), y.size(2), height, x.size(3)});
    };
    co_return (layer.linearProjection ? toCells(linear(weights, layer.name + ".proj_out", rows))
                                      : convolution(weights, layer.name + ".proj_out", toCells(rows), 1, 0)) +
        x;
}

} // namespace orrery::diffusion
