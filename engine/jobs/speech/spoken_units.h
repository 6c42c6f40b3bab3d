// SPDX-License-Identifier: Apache-2.0
/// Units on their way between listener, language model and vocoder. Thread: engine.
#pragma once

#include "engine/api/babble.h"
#include "engine/models/babble/unit_vocoder.h"
#include "engine/models/speech/listener.h"
#include "engine/models/step_pacer.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::speech {

/// Joins neighbours that are the same unit, and leaves out what lasts no frames.
std::vector<HeldUnit> joined(const std::vector<HeldUnit> &units);

/// Frames of all units together. @throws Exception{BadInput} for more than `most` seconds, before anything is made of
/// them
std::int64_t countFrames(const std::vector<HeldUnit> &units, std::int64_t hop, double most);

/// A sound as units. @throws Exception{BadInput} when it is shorter than one frame
Task<std::vector<HeldUnit>> hearUnits(StepPacer &pace, std::shared_ptr<Listener> listener,
                                      std::shared_ptr<const Codebook> codebook, SoundSource sound);

/// Writes 16 kHz WAV on a helper thread.
Task<> writeSound(EngineScope &scope, std::string file, Samples samples);

} // namespace orrery::speech
