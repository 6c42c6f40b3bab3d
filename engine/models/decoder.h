// SPDX-License-Identifier: Apache-2.0
/// Decoder-only transformers of our own, over whatever tokens: blocks in which a position sees those before it, over a
/// whole stream or with what went before kept in a cache.
/// Source: Vaswani et al. 2017, arXiv:1706.03762; Radford et al. 2019, GPT-2, section 2.3 (norm before each part).
/// Letters: B batch, n positions, D width, H heads, L layers.
#pragma once

#include "engine/models/weights.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace orrery::attention {

/// What went before, for one stream of `B` rows: keys and values of every layer, float [B, H, positions, D / H].
struct DecoderCache
{
    std::vector<at::Tensor> keys, values; ///< [L]
    std::int64_t length = 0;              ///< positions that are filled

    DecoderCache() = default;
    /// Room for everything, taken once. @param rows  B
    DecoderCache(std::int64_t layers, std::int64_t rows, std::int64_t heads, std::int64_t positions, std::int64_t width,
                 const at::TensorOptions &options);
};

/// Applied in training to what a block adds to its stream; not set: nothing.
using Dropping = std::function<at::Tensor(const at::Tensor &)>;
/// Told of the queries [B, H, n, D / H] of new positions and the keys [B, H, known, D / H] of all.
using Looking = std::function<void(const at::Tensor &queries, const at::Tensor &keys)>;

/// The two halves of a block with the weights `name`.* of expectBlock, for those who let positions see others than
/// decoderBlock does: queries, keys and values, each [B, H, n, D / H], of a stream x [B, n, D] …
std::vector<at::Tensor> queriesKeysValues(const Weights &weights, const std::string &name, std::int64_t heads,
                                          const at::Tensor &x);
/// … and what becomes of the stream after its attention has mixed the values, [B, H, n, D / H].
at::Tensor restOfBlock(const Weights &weights, const std::string &name, const at::Tensor &x, const at::Tensor &mixed,
                       const Dropping &drop = {});

/// The block with the weights `name`.* of expectBlock over a whole stream. [B, n, D] → [B, n, D]
at::Tensor decoderBlock(const Weights &weights, const std::string &name, std::int64_t heads, const at::Tensor &x,
                        const Dropping &drop = {});
/// The same for positions that follow what the cache holds; adds them to it. The caller moves `cache.length` on after
/// the last layer.
at::Tensor cachedDecoderBlock(const Weights &weights, const std::string &name, std::int64_t heads, std::int64_t layer,
                              const at::Tensor &x, DecoderCache &cache, const Looking &look = {});

} // namespace orrery::attention
