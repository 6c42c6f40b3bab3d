// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/files/json_file.h"
#include "engine/models/dalle/token_transformer.h"

#include <string>

namespace orrery::dalle {

/// config.json of picture-dalle.
struct DalleConfig
{
    TokenTransformerShape shape;
    std::string dvaeSha256; ///< of the model.safetensors of the picture-dvae whose codes these are
};

/// @throws Exception{ModelFile} naming file and field.
DalleConfig parseConfig(const JsonObject &json);
void writeConfig(const std::string &file, const DalleConfig &config);

} // namespace orrery::dalle
