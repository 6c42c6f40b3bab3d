// SPDX-License-Identifier: Apache-2.0
/// The network of picture-diffusion: a transformer over patches of a noised picture and the words of a prompt that
/// guesses the clean picture.
///
/// Source: Nichol et al. 2022, GLIDE, arXiv:2112.10741, section 2.1 (words join the keys and values of every attention,
/// their summary joins the time); Peebles and Xie 2023, DiT, arXiv:2212.09748, section 3.2 (patches, norms modulated by
/// the time, blocks that start as the identity); Chen et al. 2024, PixArt-α, arXiv:2310.00426, section 2.3 (one
/// modulation for all blocks plus an offset each); Shazeer 2020, arXiv:2002.05202 (gated perceptrons); Li and He 2025,
/// arXiv:2511.13720 (large patches of pixels work when the clean picture is what is predicted). Two small convolutions
/// at the end hide the seams between patches.
/// Letters: B batch, T words, D width, N patches, P edge of a patch.
#pragma once

#include "engine/files/json_file.h"
#include "engine/models/weights_loader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::picture_diffusion {

struct DenoiserShape
{
    std::int64_t vocabulary = 0;     ///< ids of the text tokenizer
    std::int64_t textPositions = 20; ///< T, begin and end token among them
    std::int64_t textLayers = 2;
    std::int64_t imageSize = 64; ///< pixels, edge
    std::int64_t patch = 8;      ///< P
    std::int64_t width = 256;    ///< D, of words and patches
    std::int64_t heads = 4;
    std::int64_t layers = 6;

    std::int64_t grid() const { return imageSize / patch; }
};

/// Reads config.json. @throws Exception{ModelFile} naming file and field.
DenoiserShape parseShape(const JsonObject &json);
void writeShape(const std::string &file, const DenoiserShape &shape);
std::vector<ExpectedWeight> expectedWeights(const DenoiserShape &shape);

/// What the prompt and the time say to every block.
struct Condition
{
    at::Tensor words;      ///< float [B, T, D]
    at::Tensor modulation; ///< float [B, 6 · D]
    at::Tensor time;       ///< float [B, D], for the last norm
};

/// @param tokens  int64 [B, T]  @return float [B, T, D]
at::Tensor encodeWords(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens);
/// @param words  of encodeWords  @param tokens  theirs  @param steps  float [B]: the time, 0 (clean) … 1000 (noise)
Condition condition(const Weights &weights, const DenoiserShape &shape, const at::Tensor &words,
                    const at::Tensor &tokens, const at::Tensor &steps);

/// The network in pieces, for callers that pause between them: the first takes noised pixels float [B, 3, H, W], the
/// last gives the clean ones, about [−1, 1].
/// @param noised     what went into the first piece; only the last one reads it
/// @param attention  not null: blocks add to it, float [N, T], how much every patch looked at every word (mean over
///                   heads, of the first row of the batch)
std::int64_t pieces(const DenoiserShape &shape);
at::Tensor piece(const Weights &weights, const DenoiserShape &shape, std::int64_t index, const at::Tensor &x,
                 const Condition &condition, const at::Tensor &noised, at::Tensor *attention = nullptr);

} // namespace orrery::picture_diffusion
