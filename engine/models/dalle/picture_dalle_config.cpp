// SPDX-License-Identifier: Apache-2.0
#include "engine/files/json.h"
#include "engine/models/dalle/picture_dalle.h"

namespace orrery::dalle {

DalleConfig parseConfig(const JsonObject &json)
{
    DalleConfig config;
    TokenTransformerShape &shape = config.shape;
    shape.vocabulary = json.integer("vocab_size", 3, 1 << 24);
    shape.textPositions = json.integer("text_positions", 2, 4096);
    shape.grid = json.integer("grid", 1, 256);
    shape.codes = json.integer("codes", 2, 1 << 20);
    shape.width = json.integer("width", 1, 1 << 16);
    shape.heads = json.integer("heads", 1, 1024);
    shape.layers = json.integer("layers", 1, 1024);
    if (shape.width % shape.heads != 0)
        json.fail("heads", "is " + std::to_string(shape.heads) + ", expected a divisor of \"width\", " +
                               std::to_string(shape.width));
    config.dvaeSha256 = json.text("dvae_sha256");
    return config;
}

void writeConfig(const std::string &file, const DalleConfig &config)
{
    const TokenTransformerShape &shape = config.shape;
    writeJsonFile(file, Json{{"model_type", "picture_dalle"},
                             {"vocab_size", shape.vocabulary},
                             {"text_positions", shape.textPositions},
                             {"grid", shape.grid},
                             {"codes", shape.codes},
                             {"width", shape.width},
                             {"heads", shape.heads},
                             {"layers", shape.layers},
                             {"dvae_sha256", config.dvaeSha256}});
}

} // namespace orrery::dalle
