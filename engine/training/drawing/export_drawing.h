// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/text/clip_tokenizer.h"
#include "engine/training/drawing/drawing_trainer.h"

#include <functional>
#include <string>

namespace orrery::training {

/// What the three models that draw say about themselves.
struct DrawingCard
{
    std::string id;      ///< "picture-dalle"
    std::string name;    ///< "Picture DALL·E"
    std::string summary; ///< one sentence for the user
};

/// Writes a finished model as a folder that its loader reads: config.json, model.safetensors (eight bits a number), for
/// models that read (these in six bits) also vocab.json, merges.txt, known_names.txt and known_words.txt, and
/// card.json. The card has no measures yet: `orrery-cli evaluate` gives them.
/// @param writeConfig  writes config.json to the path it is given
/// @param vocabulary   null for a model that reads nothing
/// @throws Exception{ModelFile} when the disk refuses.
void exportDrawing(const DrawingTrainer &trainer, const DrawingCard &card,
                   const std::function<void(const std::string &)> &writeConfig,
                   const ClipTokenizer::Settings *vocabulary, const std::string &folder);

} // namespace orrery::training
