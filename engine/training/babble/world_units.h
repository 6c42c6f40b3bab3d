// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/models/babble/unit_origin.h"
#include "engine/training/babble/unit_lm_trainer.h"
#include "engine/training/speech_world/speech_world.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

/// Who turns Speech World into units.
struct UnitSource
{
    std::string model = "speech-hubert"; ///< id, folder or "mfcc"
    int codebook = 100;
    std::string codebookFile; ///< empty: the model's own
    double hours = 0;         ///< of the world, from its beginning; 0: all
};

/// Units of the utterances of a Speech World.
struct WorldUnits
{
    int codebook = 0;
    speech::UnitOrigin origin;
    std::int64_t reach = 400;             ///< samples that the listener hears for a frame
    std::vector<std::vector<int>> frames; ///< one a frame; [utterances that were listened to]

    /// As a language model reads them: those of voices that training may use, or of the others.
    UnitSentences sentences(const SpeechWorld &world, bool heldOut) const;
};

/// Listens to a world, or reads `cache` when that holds the same units already; writes it otherwise. Empty: no cache.
/// Whoever asks for less than the cache holds gets less.
/// @throws Exception{NotFound, BadInput, ModelFile}
Task<std::shared_ptr<const WorldUnits>> unitsOf(EngineScope &scope, std::shared_ptr<const SpeechWorld> world,
                                                UnitSource source, std::string cache);

/// One utterance: 16-bit samples to float in [−1, 1].
std::vector<float> soundOf(const SpeechWorld &world, std::int64_t utterance);

} // namespace orrery::training
