// SPDX-License-Identifier: Apache-2.0
// Folders of language models of units: our own, and GPT-2 as transformers saves it.
#include "engine/core/error.h"
#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"
#include "engine/models/babble/unit_language_model.h"
#include "engine/models/half_products.h"
#include "engine/models/registry.h"
#include "engine/models/weights_loader.h"
#include "engine/runtime/model_cache.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace fs = std::filesystem;

namespace orrery::speech {
namespace {

/// GPT-2's name of a weight, without the prefix "transformer.".
std::string gpt2Name(std::string name)
{
    static const std::map<std::string, std::string> kParts{{"unit_embedding", "wte.weight"},
                                                           {"position_embedding", "wpe.weight"},
                                                           {"norm.weight", "ln_f.weight"},
                                                           {"norm.bias", "ln_f.bias"}};
    if (const auto found = kParts.find(name); found != kParts.end())
        return found->second;
    static const std::vector<std::pair<std::string, std::string>> kInside{
        {"blocks.", "h."},          {".norm1.", ".ln_1."},   {".norm2.", ".ln_2."},    {".qkv.", ".attn.c_attn."},
        {".out.", ".attn.c_proj."}, {".fc1.", ".mlp.c_fc."}, {".fc2.", ".mlp.c_proj."}};
    for (const auto &[ours, theirs] : kInside)
        if (const std::size_t at = name.find(ours); at != std::string::npos)
            name.replace(at, ours.size(), theirs);
    return name;
}

/// Its products are stored as [in, out].
bool isTurned(const std::string &name)
{
    return name.starts_with("blocks.") && name.ends_with(".weight") && name.find(".norm") == std::string::npos;
}

/// A configuration with fewer layers than the file would be computed without complaint, and wrongly.
void refuseMoreLayers(const JsonObject &json, const Safetensors &file, std::int64_t layers)
{
    const std::string next = "h." + std::to_string(layers) + ".";
    for (const auto &[name, entry] : file.entries())
        if (name.starts_with(next) || name.starts_with("transformer." + next))
            json.fail("n_layer", "is " + std::to_string(layers) + ", but " + file.path() + " has \"" + name + "\"");
}

Task<Weights> loadGpt2(EngineScope &scope, std::shared_ptr<const Safetensors> file, UnitTransformerShape shape)
{
    std::vector<ExpectedWeight> expected = expectedWeights(shape);
    for (ExpectedWeight &weight : expected)
        if (isTurned(weight.name))
            std::reverse(weight.shape.begin(), weight.shape.end());
    WeightPlaces places;
    places.others = true; // masks that old versions saved along
    places.of = [](const std::string &name) {
        if (name == "head.weight") // most are the embedding again, and then not saved
            return std::vector<StoredWeight>{{"lm_head.weight"}, {"transformer.wte.weight"}, {"wte.weight"}};
        const std::string theirs = gpt2Name(name);
        return std::vector<StoredWeight>{{"transformer." + theirs}, {theirs}};
    };
    Task<Weights> loading = loadWeights(scope, std::move(file), std::move(expected), std::move(places));
    Weights weights = co_await std::move(loading);
    for (auto &[name, weight] : weights)
        if (isTurned(name))
            weight = weight.t().contiguous();
    co_return weights;
}

Task<std::shared_ptr<UnitLanguageModel>> load(EngineScope &scope, std::string folder, std::string name,
                                              Precision precision)
{
    const JsonObject json = JsonObject::readFile((fs::path(folder) / "config.json").string());
    const std::string type = modelTypeOf(folder);
    if (type != "unit_lm" && type != "gpt2")
        throw Exception(
            ErrorCode::Unsupported,
            folder + " holds a model of type \"" + type +
                "\" (config.json), which is no language model of units; expected one of type unit_lm or gpt2");
    auto model = std::make_shared<UnitLanguageModel>();
    model->shape = parseUnitShape(json);
    model->origin = UnitOrigin::fromConfig(json);
    model->name = std::move(name);
    model->device = deviceOf(scope);
    const std::shared_ptr<const Safetensors> file = Safetensors::openFolder(folder);
    Task<Weights> loading;
    if (type == "gpt2") {
        refuseMoreLayers(json, *file, model->shape.layers);
        loading = loadGpt2(scope, file, model->shape);
    } else {
        loading = loadWeights(scope, file, expectedWeights(model->shape));
    }
    model->weights = co_await std::move(loading);
    if (hastens(scope, precision)) {
        Task<> halving = halve(scope, model->weights, isProductWeight);
        co_await std::move(halving);
    }
    co_return model;
}

} // namespace

Task<std::shared_ptr<const UnitLanguageModel>> loadUnitLanguageModel(EngineScope &scope, std::string idOrFolder,
                                                                     Precision precision)
{
    const std::string folder = modelFolder(scope, idOrFolder);
    const ModelCache::Loader<UnitLanguageModel> fill = [=](EngineScope &inner) {
        return load(inner, folder, idOrFolder, precision);
    };
    std::string key = modelCacheKey((precision == Precision::Fast ? "fast units:" : "units:") + idOrFolder, folder);
    Task<std::shared_ptr<UnitLanguageModel>> task =
        modelCache(scope).get<UnitLanguageModel>(scope, std::move(key), fill);
    co_return co_await std::move(task);
}

} // namespace orrery::speech
