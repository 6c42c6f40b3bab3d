// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/files/safetensors.h"
#include "engine/models/clip/config.h"
#include "engine/models/weights.h"

#include <memory>
#include <string>

namespace orrery::clip {

/// orrery::loadWeights for a CLIP model. What does not fit is blamed on the field of config.json where that can be
/// told: "hidden_size is missing" helps more than a list of two hundred shapes. Thread: engine. Call it through the
/// model cache, which keeps inference mode off.
Task<Weights> loadWeights(EngineScope &scope, std::shared_ptr<const Safetensors> file, JsonObject json,
                          ClipConfig config);

} // namespace orrery::clip
