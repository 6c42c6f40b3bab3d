// SPDX-License-Identifier: Apache-2.0
/// The decoder of picture-dalle: one stream of text tokens, then picture tokens in reading order.
///
/// Source: Ramesh et al. 2021, DALL·E, arXiv:2102.12092, section 2.2 (one stream, row and column positions); weights of
/// a block and their spread as in GPT-2. Two things are left out: the text is not predicted (its share of the paper's
/// loss is 1/8), and attention is not sparse, for a stream of 84 tokens needs no savings.
/// Letters: B batch, T text positions, G edge of the grid, D width, L layers, H heads, K picture codes.
#pragma once

#include "engine/models/decoder.h"
#include "engine/models/weights_loader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::dalle {

struct TokenTransformerShape
{
    std::int64_t vocabulary = 0;     ///< ids of the text tokenizer
    std::int64_t textPositions = 20; ///< T, begin and end token among them; shorter texts are filled up with end tokens
    std::int64_t grid = 8;           ///< G
    std::int64_t codes = 4096;       ///< K
    std::int64_t width = 256;        ///< D
    std::int64_t heads = 4;          ///< H
    std::int64_t layers = 6;         ///< L

    std::int64_t pictureTokens() const { return grid * grid; }
};

std::vector<ExpectedWeight> expectedWeights(const TokenTransformerShape &shape);

/// Row plus column of every cell. @return float [G · G, D]
at::Tensor places(const Weights &weights);

/// Where picture tokens looked for words, when somebody asks.
struct AttentionRecord
{
    std::int64_t rows = 1; ///< how many of the first rows are looked at
    at::Tensor shares;     ///< float [rows, G · G, T]: mean over layers and heads
};

/// What went before, for one stream of `B` rows.
struct KeyValueCache : attention::DecoderCache
{
    AttentionRecord *looked = nullptr; ///< not null: cachedBlock adds to it

    /// Room for everything, taken once. @param rows  B
    KeyValueCache(const TokenTransformerShape &shape, std::int64_t rows, const at::TensorOptions &options);
};

/// Text, and the picture tokens known so far. @param text  int64 [B, T]  @param picture  int64 [B, n], n ≥ 0
/// @return  float [B, T + n, D]
at::Tensor embedStream(const Weights &weights, const TokenTransformerShape &shape, const at::Tensor &text,
                       const at::Tensor &picture);
/// One picture token by itself. @param tokens int64 [B]  @param place  0 … G · G − 1  @return float [B, 1, D]
at::Tensor embedPictureToken(const Weights &weights, const TokenTransformerShape &shape, const at::Tensor &tokens,
                             std::int64_t place);

/// One block over a whole stream, every position seeing those before it. [B, T, D] → [B, T, D]
at::Tensor block(const Weights &weights, const TokenTransformerShape &shape, std::int64_t layer, const at::Tensor &x);
/// The same for positions that follow what the cache holds; adds them to it. The caller moves `cache.length` on after
/// the last layer. @param x  float [B, n, D]; n > 1 only where the cache is empty
at::Tensor cachedBlock(const Weights &weights, const TokenTransformerShape &shape, std::int64_t layer,
                       const at::Tensor &x, KeyValueCache &cache);

/// Scores of the next picture token behind each position. [B, n, D] → float [B, n, K]
at::Tensor logits(const Weights &weights, const at::Tensor &x);

} // namespace orrery::dalle
