// SPDX-License-Identifier: Apache-2.0
/// The network of picture-diffusion: picture-dalle's transformer, which is shown a picture's noised codes all at once
/// and says which codes they were.
///
/// What is noised are the vectors of a picture-dvae's codes, not pixels: 64 cells of 32 numbers instead of 12,288
/// (Rombach et al. 2022, arXiv:2112.10752, section 3.1). For every cell it gives a distribution over the code book; the
/// mean of the vectors under it is the guess at the clean picture, and what it is taught by is the cross entropy
/// (Dieleman et al. 2022, CDCD, arXiv:2211.15089, sections 2 and 3). How likely each code's vector is to have become a
/// noised one is known; the network is shown that as a mean of code embeddings, gives what it expects from words and
/// other cells, and Bayes' rule adds the two.
///
/// The stream is picture-dalle's, and so are the weights it may begin with: the scores of a cell are read one position
/// before it, the first cell's at the last text position. But from that position on all see all. The words before it
/// see neither cells nor time, so their keys and values are computed once for all steps (the prompt enters the
/// attention of every block, as in GLIDE: Nichol et al. 2022, arXiv:2112.10741, section 2.1). Letters: B batch, T text
/// positions, D width, H heads, G edge of the grid, N = G · G cells, K codes, C width of a code.
#pragma once

#include "engine/files/json_file.h"
#include "engine/models/dalle/token_transformer.h"
#include "engine/models/diffusion/schedulers/scheduler_config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::picture_diffusion {

struct DenoiserShape : dalle::TokenTransformerShape
{
    std::int64_t codeWidth = 32; ///< C

    std::int64_t words() const { return textPositions - 1; } ///< text positions that see no cells
};

/// config.json of picture-diffusion.
struct DenoiserConfig
{
    DenoiserShape shape;
    std::string dvaeSha256; ///< of the model.safetensors of the picture-dvae whose codes are noised
};

/// How noise grows with the time, in training and in sampling. The rest is the scheduler's.
diffusion::SchedulerConfig noiseConfig();

/// @throws Exception{ModelFile} naming file and field.
DenoiserConfig parseConfig(const JsonObject &json);
void writeConfig(const std::string &file, const DenoiserConfig &config);

/// Those of picture-dalle, and what tells the time.
std::vector<ExpectedWeight> expectedWeights(const DenoiserShape &shape);

/// A code vector has length 1; noise has a deviation of 1 in each of its C numbers. Times this, codes have so, too.
double codeScale(const DenoiserShape &shape);

/// Logarithm of how likely each code's vector is to have become the noised one, up to a constant of the cell.
/// @param codebook  float [K, C], unit vectors  @param cells  float [B, C, G, G]: noised vectors, times codeScale
/// @param signal  float [B]: share of their variance that is picture, in [0, 1]  @return float [B, N, K]
at::Tensor likelihoods(const DenoiserShape &shape, const at::Tensor &codebook, const at::Tensor &cells,
                       const at::Tensor &signal);

/// What cells are told of a prompt: keys and values of every layer, float [B, H, T − 1, D / H].
struct Words
{
    std::vector<at::Tensor> keys, values;
};

/// @param tokens  int64 [B, T]
Words readWords(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens);

/// The last text position and the noised cells, as what the blocks take. @param tokens  int64 [B, T]
/// @param likely  of likelihoods; one row of it stands for all
/// @param steps  float [B]: the time, 0 (clean) … 1000 (noise)
/// @return float [B, 1 + N, D]
at::Tensor embedCells(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens,
                      const at::Tensor &likely, const at::Tensor &steps);
/// One block over those. [B, 1 + N, D] → [B, 1 + N, D]
/// @param attention  not null: float [N, T], to which is added how much every cell looked at every text position (mean
///                   over heads, of the first row of the batch)
at::Tensor cellBlock(const Weights &weights, const DenoiserShape &shape, std::int64_t layer, const at::Tensor &x,
                     const Words &words, at::Tensor *attention = nullptr);
/// Scores of every code in every cell. @param x  float [B, 1 + N, D]  @param likely  of likelihoods, as above
/// @return float [B, N, K]
at::Tensor codeScores(const Weights &weights, const at::Tensor &x, const at::Tensor &likely);
/// The mean of the codes' vectors under those scores. @return float [B, C, G, G], times codeScale
at::Tensor meanCodes(const DenoiserShape &shape, const at::Tensor &codebook, const at::Tensor &scores);

/// For training, words and cells in one stream, so that gradients reach the words, too. @return float [B, T − 1, D]
at::Tensor embedWords(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens);
/// [B, T + N, D] → [B, T + N, D]
at::Tensor streamBlock(const Weights &weights, const DenoiserShape &shape, std::int64_t layer, const at::Tensor &x);

} // namespace orrery::picture_diffusion
