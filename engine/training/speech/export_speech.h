// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/models/speech/listener.h"
#include "engine/training/speech/speech_trainer.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

/// What a card says of a recipe.
struct SpeechRecipe
{
    std::string id, name, summary;
    std::string architecture;         ///< as Hugging Face calls it
    std::vector<std::string> dropped; ///< beginnings of the names of weights that only training needs
    int unitLayer = 4;                ///< whose frames become units
};

/// Writes a folder in the layout of the Hugging Face hub, its card included: weights of eight bits; with a CTC head
/// vocab.json and tokenizer_config.json too, whose letters are the phones of Speech World.
void writeSpeechModel(const SpeechTrainer &trainer, const SpeechRecipe &recipe, const std::string &folder);

/// Clusters of one listener's frames of stretches that no step of training takes, a file for each size.
Task<> writeCodebooks(EngineScope &scope, std::shared_ptr<speech::Listener> listener, const SpeechExamples &examples,
                      int layer, std::vector<int> sizes, std::string recipe, std::string folder);

} // namespace orrery::training
