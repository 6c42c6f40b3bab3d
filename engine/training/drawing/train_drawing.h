// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/training.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

namespace orrery::training {

/// Whether `model` is the id of a recipe that trainDrawing knows.
bool isDrawingRecipe(const std::string &model);

/// Body of `training.train` for picture-dvae, picture-dalle and picture-diffusion.
/// @throws Exception{BadInput, NotFound, ModelFile} with a sentence for the user.
Task<TrainResult> trainDrawing(EngineScope &scope, TrainRequest request);

} // namespace orrery::training
