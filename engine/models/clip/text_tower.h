// SPDX-License-Identifier: Apache-2.0
/// CLIP's text tower: tokens → one vector in the space shared with pictures.
/// Source: Radford et al. 2021, CLIP, §2.4, arXiv:2103.00020; semantics and weight names of
/// CLIPTextModelWithProjection. Letters: B batch, T positions, D width, E shared space.
#pragma once

#include "engine/models/clip/transformer.h"

namespace orrery::clip {

struct TextTowerShape
{
    TransformerShape transformer;
    std::int64_t vocabulary = 49408;
    std::int64_t context = 77;      ///< largest T
    std::int64_t endOfText = 49407; ///< the state of its first occurrence stands for the text
    std::int64_t projection = 512;  ///< E
};

/// Prefix of block `layer`, for callers that pause between blocks.
std::string textBlock(std::int64_t layer);

/// @param tokens  int64 [B, T], T ≤ context
/// @return        float [B, T, D]: token plus position
at::Tensor embedTokens(const Weights &weights, const TextTowerShape &shape, const at::Tensor &tokens);

/// The last norm, the state at the end of each text, and the projection.
/// @param x  float [B, T, D] after the last block
/// @return   float [B, E], not normalised
at::Tensor poolText(const Weights &weights, const TextTowerShape &shape, const at::Tensor &x, const at::Tensor &tokens);

/// All of it in one go, for training and small inputs. Causal attention makes padding after the end harmless, so
/// T may be the longest text of the batch.
/// @return  float [B, E], not normalised
/// Thread: engine.
at::Tensor encodeText(const Weights &weights, const TextTowerShape &shape, const at::Tensor &tokens);

} // namespace orrery::clip
