// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/training.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/training/speech_world/speech_world.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

/// Adds to `result` what the heads of a listener make of utterances: "phone error" of one that reads phones, and
/// "code PNMI", "code phone purity", "codes in use", "code perplexity" of one with a quantizer, as evaluateSpeech says.
/// Nothing when it has neither. @throws Exception{NotFound, Unsupported, ModelFile}
Task<> measureHeads(EngineScope &scope, std::shared_ptr<const SpeechWorld> world, std::vector<std::int64_t> utterances,
                    std::string model, EvaluateResult &result);

} // namespace orrery::training
