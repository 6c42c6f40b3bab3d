// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/training/picture_clip_trainer.h"

#include <string>

namespace orrery::training {

/// Writes a trained picture-clip as a model folder that loadClip reads: config.json, model.safetensors (batch norms
/// folded, eight bits), vocab.json, merges.txt, preprocessor_config.json, templates.txt, known_names.txt,
/// known_words.txt, familiarity.safetensors and card.json.
///
/// The familiarity score is fitted here, on embeddings of the rounded weights. The card has no measures yet:
/// `orrery-cli evaluate` gives them.
/// @param folder  made when it is missing
/// @throws Exception{ModelFile} when the disk refuses.
/// Thread: engine; yields between small batches.
Task<> exportPictureClip(EngineScope &scope, const PictureClipTrainer &trainer, const Composer &composer,
                         const ClipTokenizer::Settings &vocabulary, std::uint64_t seed, std::string folder);

/// The prompts that the finished model is asked in unless somebody gives others.
const std::vector<std::string> &defaultTemplates();

} // namespace orrery::training
