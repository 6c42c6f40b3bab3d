// SPDX-License-Identifier: Apache-2.0
/// The discrete VAE of picture-dvae: a picture as a small grid of code words, and back.
///
/// Codes are chosen by nearest neighbour among vectors of unit length, not by Gumbel-softmax as in DALL·E: a row of
/// logits over thousands of codes for every cell is most of a small model's work, and the code book of unit vectors
/// stays in use as a whole. Source: van den Oord et al. 2017, arXiv:1711.00937 (VQ-VAE); Yu et al. 2022,
/// arXiv:2110.04627, section 3.2 (unit length, narrow codes); Ramesh et al. 2021, arXiv:2102.12092 (what it is for).
/// Letters: B batch, G edge of the grid, K codes, C width of a code.
#pragma once

#include "engine/files/json_file.h"
#include "engine/models/weights_loader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::dvae {

struct DvaeShape
{
    std::int64_t imageSize = 64; ///< pixels, edge
    std::int64_t patch = 4;      ///< the first convolution's stride; G = imageSize / patch / 2
    std::int64_t width = 96;     ///< channels at a quarter of the picture's edge
    std::int64_t deep = 192;     ///< channels on the grid
    std::int64_t blocks = 2;     ///< residual blocks on the grid, on each side
    std::int64_t codes = 4096;   ///< K
    std::int64_t codeWidth = 32; ///< C

    std::int64_t grid() const { return imageSize / patch / 2; }
};

/// Reads config.json. @throws Exception{ModelFile} naming file and field.
DvaeShape parseShape(const JsonObject &json);
/// What parseShape reads.
void writeShape(const std::string &file, const DvaeShape &shape);

/// All weights, `codebook` [K, C] among them.
std::vector<ExpectedWeight> expectedWeights(const DvaeShape &shape);

/// The encoder in pieces, for callers that pause between them. The first takes pixels float [B, 3, H, W] in [−1, 1],
/// the last gives unit vectors float [B, C, G, G].
std::int64_t encoderPieces(const DvaeShape &shape);
at::Tensor encoderPiece(const Weights &weights, const DvaeShape &shape, std::int64_t piece, const at::Tensor &x);

/// The nearest code of every cell. @param vectors  float [B, C, G, G], unit length  @return int64 [B, G · G]
at::Tensor nearestCodes(const Weights &weights, const at::Tensor &vectors);
/// @param tokens  int64 [B, G · G]  @return unit vectors float [B, C, G, G]
at::Tensor vectorsOf(const Weights &weights, const DvaeShape &shape, const at::Tensor &tokens);

/// The decoder in pieces: unit vectors float [B, C, G, G] → pixels float [B, 3, H, W], about [−1, 1].
std::int64_t decoderPieces(const DvaeShape &shape);
at::Tensor decoderPiece(const Weights &weights, const DvaeShape &shape, std::int64_t piece, const at::Tensor &x);

} // namespace orrery::dvae
