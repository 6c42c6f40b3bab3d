// SPDX-License-Identifier: Apache-2.0
#include "engine/models/text_to_image.h"

#include "engine/core/error.h"
#include "engine/files/json_file.h"
#include "engine/models/image_text_model.h"
#include "engine/models/registry.h"
#include "engine/runtime/model_cache.h"

#include <algorithm>
#include <filesystem>

namespace fs = std::filesystem;

namespace orrery {

namespace {
constexpr const char *kSingleFile = "single-file";
}

Task<std::vector<Picture>> TextToImageModel::decodeTokens(StepPacer &, std::vector<std::vector<int>>)
{
    throw Exception(ErrorCode::Unsupported, "This model's pictures are not made of tokens; picture-dalle's are");
    co_return std::vector<Picture>();
}

Task<std::vector<int>> TextToImageModel::encodeTokens(StepPacer &, Picture)
{
    throw Exception(ErrorCode::Unsupported, "This model's pictures are not made of tokens; picture-dalle's are");
    co_return std::vector<int>();
}

void TextToImageModel::readNotes(const std::string &folder)
{
    const ModelNotes notes = ModelNotes::fromFolder(folder);
    nouns = notes.knownNames;
    knownWords = notes.knownWords;
    std::error_code ignored;
    const fs::path card = fs::path(folder) / "card.json";
    if (fs::exists(card, ignored))
        hash = JsonObject::readFile(card.string()).textOr("sha256", "");
}

TextToImageRegistry &TextToImageRegistry::instance()
{
    static TextToImageRegistry registry;
    return registry;
}

void TextToImageRegistry::add(std::string type, Loader loader)
{
    for (auto &[known, old] : m_loaders)
        if (known == type) {
            old = std::move(loader);
            return;
        }
    m_loaders.emplace_back(std::move(type), std::move(loader));
}

const TextToImageRegistry::Loader *TextToImageRegistry::find(std::string_view type) const
{
    for (const auto &[known, loader] : m_loaders)
        if (known == type)
            return &loader;
    return nullptr;
}

std::vector<std::string> TextToImageRegistry::types() const
{
    std::vector<std::string> names;
    for (const auto &[type, loader] : m_loaders)
        names.push_back(type);
    std::sort(names.begin(), names.end());
    return names;
}

Task<std::shared_ptr<TextToImageModel>> loadTextToImageModel(EngineScope &scope, std::string idOrPath,
                                                             Precision precision)
{
    std::error_code ignored;
    const bool singleFile = fs::is_regular_file(idOrPath, ignored);
    const std::string path = singleFile ? idOrPath : modelFolder(scope, idOrPath);
    const ModelCache::Loader<TextToImageModel> load =
        [path, singleFile, precision](EngineScope &inner) -> Task<std::shared_ptr<TextToImageModel>> {
        const std::string type = singleFile ? kSingleFile : modelTypeOf(path);
        const TextToImageRegistry::Loader *loader = TextToImageRegistry::instance().find(type);
        if (!loader) {
            std::string known;
            for (const std::string &name : TextToImageRegistry::instance().types())
                known += (known.empty() ? "" : ", ") + name;
            throw Exception(ErrorCode::Unsupported, path + " holds a model of type \"" + type +
                                                        "\", which does not draw; expected one of type " + known);
        }
        return (*loader)(inner, path, precision);
    };
    std::string key = modelCacheKey(precision == Precision::Fast ? "fast text-to-image" : "text-to-image", path);
    Task<std::shared_ptr<TextToImageModel>> task = modelCache(scope).get<TextToImageModel>(scope, std::move(key), load);
    co_return co_await std::move(task);
}

} // namespace orrery
