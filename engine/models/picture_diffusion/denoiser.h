// SPDX-License-Identifier: Apache-2.0
/// The network of picture-diffusion: a transformer that is shown the words of a prompt and a picture's noised codes, and
/// says which codes they were.
///
/// What is noised are the vectors of a picture-dvae's codes, not pixels: 64 cells of 32 numbers instead of 12,288 (Rombach
/// et al. 2022, arXiv:2112.10752, section 3.1). For every cell it gives a distribution over the code book; the mean of
/// the vectors under it is the guess at the clean picture, and what it is taught by is the cross entropy (Dieleman et
/// al. 2022, CDCD, arXiv:2211.15089, sections 2 and 3). Blocks are those of picture-dalle, whose weights it may begin
/// with, and words are read as there, each seeing those before it; but cells see all words and all cells. Words know
/// nothing of cells or time, so their keys and values are computed once for all steps (the prompt enters the attention
/// of every block, as in GLIDE: Nichol et al. 2022, arXiv:2112.10741, section 2.1).
/// Letters: B batch, T words, D width, H heads, G edge of the grid, N = G · G cells, K codes, C width of a code.
#pragma once

#include "engine/files/json_file.h"
#include "engine/models/diffusion/schedulers/scheduler_config.h"
#include "engine/models/weights_loader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::picture_diffusion {

struct DenoiserShape
{
    std::int64_t vocabulary = 0;     ///< ids of the text tokenizer
    std::int64_t textPositions = 20; ///< T, begin and end token among them; shorter prompts are filled up with end tokens
    std::int64_t grid = 8;           ///< G
    std::int64_t codes = 4096;       ///< K
    std::int64_t codeWidth = 32;     ///< C
    std::int64_t width = 256;        ///< D
    std::int64_t heads = 4;          ///< H
    std::int64_t layers = 6;

    std::int64_t cells() const { return grid * grid; }
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

std::vector<ExpectedWeight> expectedWeights(const DenoiserShape &shape);

/// A code vector has length 1; noise has a deviation of 1 in each of its C numbers. Times this, codes have so, too.
double codeScale(const DenoiserShape &shape);

/// What cells are told of a prompt: keys and values of every layer, float [B, H, T, D / H].
struct Words
{
    std::vector<at::Tensor> keys, values;
};

/// @param tokens  int64 [B, T]
Words readWords(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens);

/// Noised codes and the time as what the blocks take. @param cells  float [B, C, G, G]
/// @param steps  float [B]: the time, 0 (clean) … 1000 (noise)  @return float [B, N, D]
at::Tensor embedCells(const Weights &weights, const DenoiserShape &shape, const at::Tensor &cells,
                      const at::Tensor &steps);
/// One block over the cells. [B, N, D] → [B, N, D]
/// @param attention  not null: float [N, T], to which is added how much every cell looked at every word (mean over
///                   heads, of the first row of the batch)
at::Tensor cellBlock(const Weights &weights, const DenoiserShape &shape, std::int64_t layer, const at::Tensor &x,
                     const Words &words, at::Tensor *attention = nullptr);
/// Scores of every code in every cell: what the blocks expect there, by Bayes' rule added to how likely a code's vector is
/// to have become the noised one, which is known. @param codebook  float [K, C]  @param cells  as for embedCells
/// @param signal  float [B]: share of their variance that is picture, in [0, 1)  @return float [B, N, K]
at::Tensor codeScores(const Weights &weights, const DenoiserShape &shape, const at::Tensor &codebook,
                      const at::Tensor &x, const at::Tensor &cells, const at::Tensor &signal);
/// The mean of the codes' vectors under those scores. @return float [B, C, G, G], times codeScale
at::Tensor meanCodes(const DenoiserShape &shape, const at::Tensor &codebook, const at::Tensor &scores);

/// For training, words and cells in one stream, so that gradients reach the words, too. @return float [B, T, D]
at::Tensor embedWords(const Weights &weights, const DenoiserShape &shape, const at::Tensor &tokens);
/// [B, T + N, D] → [B, T + N, D]
at::Tensor streamBlock(const Weights &weights, const DenoiserShape &shape, std::int64_t layer, const at::Tensor &x);

} // namespace orrery::picture_diffusion
