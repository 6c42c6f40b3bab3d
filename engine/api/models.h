// SPDX-License-Identifier: Apache-2.0
/// What is known of models without loading their weights. Reading cards needs no LibTorch, so the interface and the
/// command line can list models before the engine is ready: see engine/files/model_catalogue.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace orrery {

/// A card: `card.json` in a model's folder.
struct ModelCard
{
    std::string id;      ///< "picture-clip"
    std::string name;    ///< "Picture CLIP"
    std::string task;    ///< "image and text"
    std::string summary; ///< one sentence: what it is for and what it knows
    std::string licence; ///< SPDX
    std::string recipe;  ///< the command that makes it again
    std::string data;    ///< what it was trained on
    std::uint64_t seed = 0;
    /// "drawings top-1" → 0.53; all made by `orrery-cli evaluate`
    std::vector<std::pair<std::string, double>> measures;
    int knownNames = 0; ///< how many things it can name
    /// Of models that draw: everything they can draw, as prompts name it. Others list their names in known_names.txt.
    std::vector<std::string> nouns;

    std::string folder; ///< where it lies
    bool builtIn = false;
    std::uint64_t bytes = 0; ///< on disk
    std::string sha256;      ///< of model.safetensors, as the card states it
    std::string error;       ///< why the folder cannot be used; empty when it can
};

} // namespace orrery
