// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/files/safetensors.h"
#include "engine/models/weights.h"

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <functional>
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

/// An entry of a file, or one of several equal parts of its rows.
struct StoredWeight
{
    std::string name;
    std::int64_t part = 0, parts = 1;
};

/// Where a file has the weights, when it is not as its model would write it.
struct WeightPlaces
{
    /// Entries that may hold a weight, likeliest first; not set: the one of its name.
    std::function<std::vector<StoredWeight>(const std::string &name)> of;
    bool others = false;                ///< the file holds other models, too
    c10::ScalarType type = c10::kFloat; ///< what they become
};

/// Copies the weights that `expected` names out of a file, as float32 (or places.type) on the engine's device.
///
/// On disk they may be F32, F64, F16, BF16, or I8 with a second entry, NAME + ".scale", of F32 [rows]: one factor for
/// every index of the first dimension. U8 is six bits a number, as six_bits.h describes. Reading and converting happen
/// on a helper thread.
/// Position ids, which old checkpoints carry, are passed over.
///
/// @throws Exception{ModelFile} naming file and entry: missing, unexpected, of another shape than the configuration
///         says, of a type that is no number, or not finite.
/// Thread: engine. Call it through the model cache, which keeps inference mode off.
Task<Weights> loadWeights(EngineScope &scope, std::shared_ptr<const Safetensors> file,
                          std::vector<ExpectedWeight> expected, WeightPlaces places = {});

} // namespace orrery
