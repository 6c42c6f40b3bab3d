// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/training.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

#include <string>

namespace orrery::training {

/// What EvaluateRequest::model says to have the checks themselves measured, on pictures that are right by construction.
inline constexpr const char *kTruth = "picture-world";

/// Whether evaluateDrawing measures a model of that type (config.json's "model_type").
bool isDrawingType(const std::string &type);

/// Body of `training.evaluate` for models that draw: draws held-out prompts and judges the pictures by plain checks
/// (measureDrawing names the measures). A picture-dvae is given true pictures, and what it makes of them is judged: no
/// model that writes its codes can do better; also "reconstruction error" (root mean square, of 1) and "codes used".
/// @throws Exception{BadInput, NotFound, Unsupported, ModelFile} with a sentence for the user.
Task<EvaluateResult> evaluateDrawing(EngineScope &scope, EvaluateRequest request);

} // namespace orrery::training
