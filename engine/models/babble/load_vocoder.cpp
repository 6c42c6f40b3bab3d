// SPDX-License-Identifier: Apache-2.0
// Folders of vocoders.
#include "engine/core/error.h"
#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"
#include "engine/models/babble/hifi_gan.h"
#include "engine/models/babble/unit_vocoder.h"
#include "engine/models/registry.h"
#include "engine/runtime/model_cache.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>

#include <filesystem>

namespace orrery::speech {
namespace {

Task<std::shared_ptr<UnitVocoder>> load(EngineScope &scope, std::string folder, std::string name)
{
    const JsonObject json = JsonObject::readFile((std::filesystem::path(folder) / "config.json").string());
    if (const std::string type = json.textOr("model_type", json.has("num_embeddings") ? "hifigan" : "");
        type == "hifigan") {
        const std::shared_ptr<const Safetensors> file = Safetensors::openFolder(folder);
        HifiGanShape shape = HifiGanShape::fromFolder(json, *file);
        Task<Weights> loading = loadHifiGan(scope, file, shape);
        Weights weights = co_await std::move(loading);
        std::shared_ptr<UnitVocoder> vocoder =
            std::make_shared<HifiGanVocoder>(std::move(shape), std::move(weights), deviceOf(scope), std::move(name));
        vocoder->origin = UnitOrigin::fromConfig(json);
        co_return vocoder;
    } else if (type != "unit_vocoder") {
        throw Exception(
            ErrorCode::Unsupported,
            folder + " holds a model of type \"" + type +
                "\" (config.json), which does not speak units; expected one of type unit_vocoder or hifigan");
    }
    VocoderShape shape = parseVocoderShape(json);
    Task<Weights> loading = loadWeights(scope, Safetensors::openFolder(folder), expectedWeights(shape));
    Weights weights = co_await std::move(loading);
    std::shared_ptr<UnitVocoder> vocoder =
        std::make_shared<HarmonicVocoder>(std::move(shape), std::move(weights), deviceOf(scope), std::move(name));
    vocoder->origin = UnitOrigin::fromConfig(json);
    co_return vocoder;
}

} // namespace

Task<std::shared_ptr<const UnitVocoder>> loadUnitVocoder(EngineScope &scope, std::string idOrFolder)
{
    const std::string folder = modelFolder(scope, idOrFolder);
    const ModelCache::Loader<UnitVocoder> fill = [=](EngineScope &inner) { return load(inner, folder, idOrFolder); };
    std::string key = modelCacheKey("vocoder:" + idOrFolder, folder);
    Task<std::shared_ptr<UnitVocoder>> task = modelCache(scope).get<UnitVocoder>(scope, std::move(key), fill);
    co_return co_await std::move(task);
}

} // namespace orrery::speech
