// SPDX-License-Identifier: Apache-2.0
/// `expected.safetensors` in a model's folder: what the model answered on the machine that it was made on.
/// Arrays picture_0 … (uint8 [H, W, 3]), image_embeds and text_embeds (float32 [N, D], unit length), and the metadata
/// "texts", a JSON object with the list "texts".
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

#include <optional>
#include <string>

namespace orrery {

/// Largest difference of this machine's embeddings from the stored ones; empty when the folder has none.
/// @throws Exception{ModelFile} naming file and array. Thread: engine.
Task<std::optional<double>> differenceFromStored(EngineScope &scope, std::string model, std::string folder);

/// Writes the file for a finished model. Its pictures are drawn by arithmetic, so that nobody's drawings travel with
/// the model. Thread: engine.
Task<> storeEmbeddings(EngineScope &scope, std::string folder);

} // namespace orrery
