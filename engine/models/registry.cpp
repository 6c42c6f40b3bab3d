// SPDX-License-Identifier: Apache-2.0
#include "engine/models/registry.h"

#include "engine/core/error.h"
#include "engine/files/json_file.h"
#include "engine/files/mapped_file.h"
#include "engine/files/model_catalogue.h"
#include "engine/models/clip/familiarity.h"
#include "engine/runtime/model_cache.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <filesystem>

namespace fs = std::filesystem;

namespace orrery {
namespace {

constexpr std::size_t kLargestListBytes = std::size_t(16) << 20;

/// The lines of a text file that are not blank; none when there is no such file.
std::vector<std::string> linesOf(const fs::path &path)
{
    std::error_code ignored;
    std::vector<std::string> lines;
    if (!fs::exists(path, ignored))
        return lines;
    const auto file = MappedFile::open(path.string());
    const auto bytes = file->bytes();
    if (bytes.size() > kLargestListBytes)
        throw Exception(ErrorCode::ModelFile, path.string() + ": is " + std::to_string(bytes.size()) +
                                                  " bytes long, expected a list of at most " +
                                                  std::to_string(kLargestListBytes) + " bytes");
    std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.find_first_not_of(" \t") != std::string_view::npos)
            lines.emplace_back(line);
    }
    return lines;
}

} // namespace

Task<std::vector<ImageTextModel::LayerSeen>> ImageTextModel::seeLayers(StepPacer &, PreparedPicture)
{
    co_return std::vector<LayerSeen>();
}

Task<at::Tensor> ImageTextModel::cosineGradient(StepPacer &, at::Tensor, Embedding)
{
    throw Exception(ErrorCode::Unsupported, "This model cannot say how a picture would have to change");
    co_return at::Tensor();
}

Task<std::vector<ImageTextModel::Embedding>> ImageTextModel::seePictures(StepPacer &pace,
                                                                         std::vector<PreparedPicture> pictures)
{
    std::vector<Embedding> all;
    for (PreparedPicture &picture : pictures) {
        Task<Seen> see = seePicture(pace, std::move(picture));
        Seen seen = co_await std::move(see);
        all.push_back(std::move(seen.embedding));
    }
    co_return all;
}

ModelNotes ModelNotes::fromFolder(const std::string &folder)
{
    ModelNotes notes;
    const fs::path base(folder);
    notes.templates = linesOf(base / "templates.txt");
    for (const std::string &line : notes.templates)
        if (const std::size_t place = line.find("{}");
            place == std::string::npos || line.find("{}", place + 2) != std::string::npos)
            throw Exception(ErrorCode::ModelFile, (base / "templates.txt").string() + ": line \"" + line +
                                                      "\" does not hold \"{}\" exactly once");
    notes.knownNames = linesOf(base / "known_names.txt");
    notes.knownWords = KnownWords::fromFolder(folder);
    notes.familiarity = clip::Familiarity::fromFolder(folder);
    return notes;
}

std::string modelCacheKey(const std::string &kind, const std::string &path)
{
    std::error_code ignored;
    std::string key = kind + ":" + fs::weakly_canonical(path, ignored).string();
    for (const char *file :
         {"", "config.json", "model_index.json", "model.safetensors", "model.safetensors.index.json", "card.json"}) {
        const fs::file_time_type time = fs::last_write_time(*file ? fs::path(path) / file : fs::path(path), ignored);
        if (!ignored)
            key += ":" + std::to_string(time.time_since_epoch().count());
    }
    return key;
}

std::string modelFolder(EngineScope &scope, const std::string &idOrFolder)
{
    const EngineSettings &settings = torchRuntime(scope).settings();
    const std::string builtIn =
        settings.modelFolder.empty() ? ModelCatalogue::findBuiltInFolder() : settings.modelFolder;
    // The quick way first: reading every card takes longer than a keystroke.
    std::error_code ignored;
    if (!builtIn.empty() && idOrFolder.find('/') == std::string::npos && !idOrFolder.empty() && idOrFolder[0] != '.' &&
        fs::exists(fs::path(builtIn) / idOrFolder / "config.json", ignored))
        return (fs::path(builtIn) / idOrFolder).string();
    return ModelCatalogue(builtIn, settings.userModelFolders).folder(idOrFolder);
}

ModelRegistry &ModelRegistry::instance()
{
    static ModelRegistry registry;
    return registry;
}

void ModelRegistry::addImageText(std::string type, ImageTextLoader loader)
{
    for (auto &[known, old] : m_imageText)
        if (known == type) {
            old = std::move(loader);
            return;
        }
    m_imageText.emplace_back(std::move(type), std::move(loader));
}

const ModelRegistry::ImageTextLoader *ModelRegistry::findImageText(std::string_view type) const
{
    for (const auto &[known, loader] : m_imageText)
        if (known == type)
            return &loader;
    return nullptr;
}

std::vector<std::string> ModelRegistry::types() const
{
    std::vector<std::string> names;
    for (const auto &[type, loader] : m_imageText)
        names.push_back(type);
    std::sort(names.begin(), names.end());
    return names;
}

std::string modelTypeOf(const std::string &folder)
{
    std::error_code ignored;
    const fs::path pipeline = fs::path(folder) / "model_index.json";
    if (fs::exists(pipeline, ignored))
        return JsonObject::readFile(pipeline.string()).text("_class_name");
    const JsonObject config = JsonObject::readFile((fs::path(folder) / "config.json").string());
    if (!config.has("model_type"))
        throw Exception(ErrorCode::ModelFile,
                        config.where() + " does not say what model it is of: field \"model_type\" is missing");
    return config.text("model_type");
}

Task<std::shared_ptr<ImageTextModel>> loadImageTextModel(EngineScope &scope, std::string idOrFolder)
{
    const std::string folder = modelFolder(scope, idOrFolder);
    const ModelCache::Loader<ImageTextModel> load =
        [folder](EngineScope &inner) -> Task<std::shared_ptr<ImageTextModel>> {
        const std::string type = modelTypeOf(folder);
        const ModelRegistry::ImageTextLoader *loader = ModelRegistry::instance().findImageText(type);
        if (!loader) {
            std::string known;
            for (const std::string &name : ModelRegistry::instance().types())
                known += (known.empty() ? "" : ", ") + name;
            const bool pipeline = fs::exists(fs::path(folder) / "model_index.json");
            throw Exception(
                ErrorCode::Unsupported,
                folder +
                    (pipeline ? "/model_index.json: field \"_class_name\": " : "/config.json: field \"model_type\": ") +
                    "is a model of type \"" + type + "\", but this program can only use " + known);
        }
        return (*loader)(inner, folder);
    };
    std::string key = modelCacheKey("image-text", folder);
    Task<std::shared_ptr<ImageTextModel>> task = modelCache(scope).get<ImageTextModel>(scope, std::move(key), load);
    co_return co_await std::move(task);
}

} // namespace orrery
