// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/files/safetensors.h"
#include "engine/models/weights.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

/// Name and shape of a weight, as a configuration demands them.
struct ExpectedWeight
{
    std::string name;
    std::vector<std::int64_t> shape;
};

/// Copies the weights that `expected` names out of a file, as float32 on the engine's device.
///
/// On disk they may be F32, F64, F16, BF16, or I8 with a second entry, NAME + ".scale", of F32 [rows]: one factor for
/// every index of the first dimension. Reading and converting happen on a helper thread.
/// Position ids, which old checkpoints carry, are passed over.
///
/// @throws Exception{ModelFile} naming file and entry: missing, unexpected, of another shape than the configuration
///         says, of a type that is no number, or not finite.
/// Thread: engine. Call it through the model cache, which keeps inference mode off.
Task<Weights> loadWeights(EngineScope &scope, std::shared_ptr<const Safetensors> file,
                          std::vector<ExpectedWeight> expected);

} // namespace orrery
