// SPDX-License-Identifier: Apache-2.0
/// The image tower of picture-clip: a small residual network with attention pooling.
///
/// A convolutional tower learns from 10⁶ small pictures what a vision transformer needs 10⁸ for, so the built-in model
/// has one; published checkpoints have the vision transformer.
/// Source: the residual tower and its attention pooling: Radford et al. 2021, CLIP, §2.4, arXiv:2103.00020;
/// averaging before the 1×1 shortcut: He et al. 2018, arXiv:1812.01187, §4 (ResNet-D).
/// Letters: B batch, C channels, D last width, E shared space.
#pragma once

#include "engine/models/weights.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace orrery::clip {

struct ResidualTowerShape
{
    std::int64_t imageSize = 64;                       ///< pixels; a multiple of 16
    std::int64_t stem = 32;                            ///< channels after the stem
    std::vector<std::int64_t> widths = {64, 160, 320}; ///< channels of the stages; each halves the resolution
    std::int64_t blocks = 2;                           ///< residual blocks a stage
    std::int64_t heads = 5;                            ///< of the attention pooling; divides the last width
    std::int64_t projection = 256;                     ///< E

    /// Edge of the last feature map at `imageSize`.
    std::int64_t grid() const { return imageSize >> (1 + static_cast<std::int64_t>(widths.size())); }
};

/// Names and shapes of all convolutions: [out, in, k, k].
struct ConvolutionShape
{
    std::string name;
    std::array<std::int64_t, 4> shape;
};
std::vector<ConvolutionShape> convolutionsOf(const ResidualTowerShape &shape);

/// How the batch norm behind each convolution is computed.
enum class NormMode
{
    Folded,    ///< weights from a file: the norm is part of ".weight" and ".bias"
    Training,  ///< ".norm.*" with the statistics of this batch, which also move the running ones
    Running,   ///< ".norm.*" with the running statistics
    Unfolding, ///< as Folded; fills ".norm.*", which must be there, so that Training changes nothing
};

/// Number of pieces that the tower can be computed in, for callers that pause between them.
std::int64_t residualPieces(const ResidualTowerShape &shape);

/// Piece `piece` of the tower; piece 0 takes the pixels, the last one returns the embedding.
/// @param x  float [B, C, H, W]; pixels are RGB in [0, 1] less 0.5, times 4 (mean 0.5, deviation 0.25)
at::Tensor residualPiece(const Weights &weights, const ResidualTowerShape &shape, std::int64_t piece,
                         const at::Tensor &x, NormMode mode);

/// The piece after which a picture's looks, rather than its meaning, are best told: the last block of the last stage
/// but one. See lookOf.
std::int64_t lookPiece(const ResidualTowerShape &shape);

/// Mean and deviation of every channel over the map: how a picture looks, wherever things are in it. Familiarity is
/// judged by it, because the embedding forgets what does not matter for names (measured: of scikit-image's photographs
/// it let clock and coffee pass for drawings, the look of the last stage but one none). The last number is about flat
/// colour, which paper has and no camera makes: the logarithm of the share of pixels that equal their right and their
/// lower neighbour exactly, plus 0.02. A logarithm, because 2 % differ more from 20 % than 60 % from 80 %.
/// @param pixels  float [B, 3, H, W], as for piece 0
/// @param map     float [B, C, h, w], after piece lookPiece
/// @return        float [B, 2 C + 1]
at::Tensor lookOf(const at::Tensor &pixels, const at::Tensor &map);

/// All pieces.
/// @param pixels  float [B, 3, H, W], H and W multiples of 16 (position embeddings are interpolated)
/// @return        float [B, E], not normalised
/// Thread: engine.
at::Tensor encodeResidual(const Weights &weights, const ResidualTowerShape &shape, const at::Tensor &pixels,
                          NormMode mode);

/// The way back, for training that goes on from a finished model: kernels stay as they are, and each norm gets the
/// statistics of these pictures and the weight and bias with which it changes nothing.
/// @param weights  folded  @param pixels  as for encodeResidual, some dozens
Weights unfoldNorms(const Weights &weights, const ResidualTowerShape &shape, const at::Tensor &pixels);

/// Weights with every ".norm.*" folded into its convolution's ".weight" and ".bias"; others are passed on.
Weights foldNorms(const Weights &weights, const ResidualTowerShape &shape);

} // namespace orrery::clip
