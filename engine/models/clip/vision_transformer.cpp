// SPDX-License-Identifier: Apache-2.0
#include "engine/models/clip/vision_transformer.h"

#include <ATen/ATen.h>

namespace orrery::clip {

std::string visionBlock(std::int64_t layer)
{
    return "vision_model.encoder.layers." + std::to_string(layer);
}

at::Tensor embedPatches(const Weights &weights, const VisionTransformerShape &shape, const at::Tensor &pixels)
{
    if (pixels.dim() != 4 || pixels.size(1) != 3 || pixels.size(2) != shape.imageSize ||
        pixels.size(3) != shape.imageSize)
        throw Exception(ErrorCode::Shape,
                        "picture: has " + std::to_string(pixels.size(-1)) + " × " + std::to_string(pixels.size(-2)) +
                            " pixels after preparation, but the model sees " + std::to_string(shape.imageSize) + " × " +
                            std::to_string(shape.imageSize) + "; see preprocessor_config.json");
    const std::string root = "vision_model.embeddings.";
    const at::Tensor patches =
        at::conv2d(pixels, weightOf(weights, root + "patch_embedding.weight"), {}, shape.patchSize)
            .flatten(2)
            .transpose(1, 2); // [B, N, D]
    const at::Tensor classToken = weightOf(weights, root + "class_embedding").expand({pixels.size(0), 1, -1});
    const at::Tensor x =
        at::cat({classToken, patches}, 1) + weightOf(weights, root + "position_embedding.weight"); // [B, 1 + N, D]
    return layerNorm(weights, "vision_model.pre_layrnorm", x, shape.transformer.epsilon);
}

at::Tensor poolPicture(const Weights &weights, const VisionTransformerShape &shape, const at::Tensor &x)
{
    const at::Tensor state =
        layerNorm(weights, "vision_model.post_layernorm", x.select(1, 0), shape.transformer.epsilon); // [B, D]
    return linear(weights, "visual_projection", state);                                               // [B, E]
}

at::Tensor encodePicture(const Weights &weights, const VisionTransformerShape &shape, const at::Tensor &pixels)
{
    at::Tensor x = embedPatches(weights, shape, pixels);
    for (std::int64_t layer = 0; layer < shape.transformer.layers; ++layer)
        x = transformerBlock(weights, visionBlock(layer), shape.transformer, x, {});
    return poolPicture(weights, shape, x);
}

} // namespace orrery::clip
