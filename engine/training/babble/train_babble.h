// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/training.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

#include <cstdint>
#include <string>

namespace orrery::training {

/// Whether a recipe makes speech-ulm or speech-vocoder.
bool isBabbleRecipe(const std::string &model);

/// Body of `training.train` for those: listens to Speech World (kept as units.safetensors in the folder, so that the
/// second run, and the other model, begin at once), trains, keeps a checkpoint, writes the finished model with its
/// card. Utterances of held-out voices are left out, and of the others one in kKeptAside for measuring the vocoder.
Task<TrainResult> trainBabble(EngineScope &scope, TrainRequest request);

inline constexpr std::int64_t kKeptAside = 20;
inline bool isKeptAside(std::int64_t utterance)
{
    return utterance % kKeptAside == kKeptAside - 1;
}

/// Body of `training.evaluate` for folders of either kind.
///
/// speech-ulm, on voices that training leaves out and texts that it has not: "bits per unit" with no durations told,
/// "bits per unit, durations told", "bits per unit, Kneser-Ney 5-gram" fitted to the units of the training voices,
/// "lower than the 5-gram by" (a share), "units measured". A sentence's end counts as a unit.
///
/// speech-vocoder: "mel distance, dB" of utterances kept aside, in their own voices, and "mel distance of the mean
/// spectrum, dB" for comparison; "unit error": how many units differ, per unit, when the sound of held-out voices'
/// units, spoken by voice 0, is listened to again; "unit error, original half a frame later" says how much of that is
/// due to where frames begin; with the built-in speech-wav2vec also "phone error of the original" and "of the
/// resynthesis" of the same utterances, by its CTC head, and "phone error, points more".
Task<EvaluateResult> evaluateBabble(EngineScope &scope, EvaluateRequest request);

/// Whether a folder's model_type is one of these.
bool isBabbleType(const std::string &type);

} // namespace orrery::training
