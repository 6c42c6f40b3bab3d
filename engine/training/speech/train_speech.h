// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/training.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

namespace orrery::training {

/// Whether `model` is the id of a recipe that trainSpeech knows.
bool isSpeechRecipe(const std::string &model);

/// Body of `training.train` for speech-hubert and speech-wav2vec: the network, then its codebooks of 50, 100 and 200
/// units; with speech-hubert one of cepstra, on the same stretches of speech, to compare with.
/// @throws Exception{BadInput, NotFound, ModelFile} with a sentence for the user.
Task<TrainResult> trainSpeech(EngineScope &scope, TrainRequest request);

} // namespace orrery::training
