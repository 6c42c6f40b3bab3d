// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/precision.h"
#include "engine/models/diffusion/autoencoder.h"
#include "engine/models/diffusion/text_encoder.h"
#include "engine/models/diffusion/tiny_autoencoder.h"
#include "engine/models/diffusion/unet.h"
#include "engine/text/clip_tokenizer.h"

#include <memory>
#include <optional>
#include <string>

namespace orrery::diffusion {

/// What Stable Diffusion is made of, wherever it was read from.
struct PipelineParts
{
    std::unique_ptr<Unet> unet;
    std::unique_ptr<Autoencoder> autoencoder;
    std::unique_ptr<TinyAutoencoder> preview; ///< null where the model has none
    std::unique_ptr<TextEncoder> text;
    std::shared_ptr<const ClipTokenizer> tokenizer;
    JsonObject scheduler = JsonObject::empty("scheduler_config.json");
    std::string licence; ///< as the model's card names it; may be empty
};

/// A folder as diffusers' save_pretrained writes it: model_index.json and a folder for each part; `taesd`, where it is,
/// holds an AutoencoderTiny for previews. Files of variant "fp16" will do.
/// @throws Exception{NotFound, ModelFile, Unsupported} naming the part that is missing, or file and field.
/// Thread: engine. Call it through the model cache.
Task<PipelineParts> loadPipelineFolder(EngineScope &scope, std::string folder, Precision precision = Precision::Exact);

/// One .safetensors file with the names that CompVis and Stability AI gave the weights.
/// @throws as above; Exception{Unsupported} for a file of another kind of model.
Task<PipelineParts> loadPipelineFile(EngineScope &scope, std::string file, Precision precision = Precision::Exact);

/// The parts must fit together. @param where  names the model in messages
/// @throws Exception{ModelFile, Unsupported}
void checkParts(const PipelineParts &parts, const std::string &where);

/// "license" of the front matter of README.md, as model cards state it; empty where there is none.
std::string licenceOf(const std::string &folder);

/// The weights of one part: float32 on the CPU, bfloat16 on a GPU, so that 512 × 512 fits where memory is scarce, and
/// where `precision` asks for it and the CPU can. Activations are of the same type.
Task<Weights> loadPart(EngineScope &scope, std::shared_ptr<const Safetensors> file,
                       std::vector<ExpectedWeight> expected, WeightPlaces places, Precision precision);

/// The same for what runLayers runs, packed (packed_products.h).
Task<Weights> loadNetwork(EngineScope &scope, std::shared_ptr<const Safetensors> file,
                          std::vector<ExpectedWeight> expected, WeightPlaces places, Precision precision);

} // namespace orrery::diffusion
