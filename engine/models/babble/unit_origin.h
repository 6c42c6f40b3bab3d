// SPDX-License-Identifier: Apache-2.0
/// Unit 17 of one codebook is another sound than unit 17 of the next: models that speak in units say in config.json
/// whose they learned.
#pragma once

#include "engine/files/json_file.h"
#include "engine/models/speech/listener.h"

#include <string>

namespace orrery::speech {

/// A listener's codebook, as config.json has it: "units_model", for people, and "units_sha256", of the centres as
/// float32 in the order of the file. Folders from elsewhere say neither; they are taken as they are.
struct UnitOrigin
{
    std::string model;  ///< "speech-hubert"
    std::string sha256; ///< 64 hexadecimal digits; empty: not known

    static UnitOrigin of(const Listener &listener, const Codebook &codebook);
    /// @throws Exception{ModelFile} naming file and field
    static UnitOrigin fromConfig(const JsonObject &json);
    void addTo(nlohmann::ordered_json &config) const; ///< nothing where it is not known
};

/// @param speaker  the model that learned `learned`  @param others  the one that gives units, for messages
/// @throws Exception{Unsupported} when both are known and differ
void requireSameOrigin(const std::string &speaker, const UnitOrigin &learned, const std::string &others,
                       const UnitOrigin &heard);

} // namespace orrery::speech
