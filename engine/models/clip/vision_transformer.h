// SPDX-License-Identifier: Apache-2.0
/// CLIP's vision transformer: pixels → one vector in the space shared with texts.
/// Source: Dosovitskiy et al. 2020, arXiv:2010.11929, with the extra norm of Radford et al. 2021, CLIP, §2.4; semantics
/// and weight names of CLIPVisionModelWithProjection. Letters: B batch, N patches, D width, E shared space.
#pragma once

#include "engine/models/clip/transformer.h"

namespace orrery::clip {

struct VisionTransformerShape
{
    TransformerShape transformer{.width = 768, .heads = 12, .layers = 12, .intermediate = 3072};
    std::int64_t imageSize = 224; ///< pixels; a multiple of patchSize is not required, the rest is not seen
    std::int64_t patchSize = 32;  ///< pixels
    std::int64_t projection = 512;

    std::int64_t patches() const { return (imageSize / patchSize) * (imageSize / patchSize); }
};

/// Prefix of block `layer`, for callers that pause between blocks.
std::string visionBlock(std::int64_t layer);

/// @param pixels  float [B, 3, imageSize, imageSize]
/// @return        float [B, 1 + N, D]: class token and patches, plus positions, normed
/// @throws Exception{Shape} when the pixels have another size.
at::Tensor embedPatches(const Weights &weights, const VisionTransformerShape &shape, const at::Tensor &pixels);

/// The class token's last norm and the projection.
/// @param x  float [B, 1 + N, D] after the last block
/// @return   float [B, E], not normalised
at::Tensor poolPicture(const Weights &weights, const VisionTransformerShape &shape, const at::Tensor &x);

/// All of it in one go, for gradients and small inputs. @return float [B, E], not normalised
/// Thread: engine.
at::Tensor encodePicture(const Weights &weights, const VisionTransformerShape &shape, const at::Tensor &pixels);

} // namespace orrery::clip
