// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/files/json_file.h"
#include "engine/models/clip/residual_tower.h"
#include "engine/models/clip/text_tower.h"
#include "engine/models/clip/vision_transformer.h"
#include "engine/models/weights_loader.h"

#include <string>
#include <variant>
#include <vector>

namespace orrery::clip {

/// `config.json` of a CLIP model: transformers' CLIPConfig ("clip"), or our own "picture_clip", whose image tower is
/// the residual one. Fields that are absent have transformers' defaults, because save_pretrained may leave them out.
struct ClipConfig
{
    std::string modelType = "clip";
    std::variant<VisionTransformerShape, ResidualTowerShape> image;
    TextTowerShape text;
    std::int64_t projection = 512; ///< E, the same in both towers

    std::int64_t imageSize() const;

    /// Every size is checked against what a CLIP model can be, before anything is allocated.
    /// @throws Exception{ModelFile} naming file and field; Exception{Unsupported} for another architecture.
    static ClipConfig parse(const JsonObject &json);
};

/// All weights of a model of that configuration.
std::vector<ExpectedWeight> expectedWeights(const ClipConfig &config);

/// The text tower alone, as other models take it over: `text_config`, or config.json of CLIPTextModel.
TextTowerShape parseTextTower(const JsonObject &json);
/// Its weights, without the projection.
std::vector<ExpectedWeight> expectedTextWeights(const TextTowerShape &shape);

/// Writes a `config.json` that parse() reads; for the recipes that make models.
void writeConfig(const std::string &path, const ClipConfig &config);

} // namespace orrery::clip
