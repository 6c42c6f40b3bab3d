// SPDX-License-Identifier: Apache-2.0
#include "engine/files/model_catalogue.h"

#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"
#include "engine/files/sha256.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

namespace fs = std::filesystem;

namespace orrery {

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr double kLargest = std::numeric_limits<double>::max();

std::string environment(const char *name)
{
    const char *value = std::getenv(name);
    return value ? value : "";
}

bool isModelFolder(const fs::path &folder)
{
    std::error_code ignored;
    return fs::exists(folder / "config.json", ignored) || fs::exists(folder / "model_index.json", ignored) ||
           fs::exists(folder / "card.json", ignored);
}

/// A trailing slash would make the folder's name empty.
fs::path withoutTrailingSlash(const std::string &folder)
{
    const fs::path path = fs::path(folder).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

std::uint64_t bytesIn(const fs::path &folder)
{
    std::uint64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        if (it->is_regular_file(ignored))
            bytes += it->file_size(ignored);
    }
    return bytes;
}

void readCard(const fs::path &file, ModelCard &card)
{
    const JsonObject fields = JsonObject::readFile(file.string());
    card.id = fields.textOr("id", card.id);
    card.name = fields.textOr("name", card.id);
    card.task = fields.textOr("task", "");
    card.summary = fields.textOr("summary", "");
    card.licence = fields.textOr("licence", "");
    card.recipe = fields.textOr("recipe", "");
    card.data = fields.textOr("data", "");
    card.seed = static_cast<std::uint64_t>(fields.integerOr("seed", 0, 0, kMost));
    card.knownNames = static_cast<int>(fields.integerOr("known_names", 0, 0, 10'000'000));
    if (fields.has("nouns"))
        card.nouns = fields.texts("nouns");
    card.sha256 = fields.textOr("sha256", "");
    if (fields.has("measures"))
        for (const JsonObject &measure : fields.objects("measures"))
            card.measures.emplace_back(measure.text("name"), measure.number("value", -kLargest, kLargest));
}

void readConfiguration(const fs::path &folder, ModelCard &card)
{
    const bool pipeline = fs::exists(folder / "model_index.json");
    const JsonObject config = JsonObject::readFile((folder / (pipeline ? "model_index.json" : "config.json")).string());
    const std::string type = pipeline ? config.text("_class_name") : config.textOr("model_type", "");
    if (type.empty())
        config.fail("model_type", "is missing");
    if (card.task.empty() && type == "clip")
        card.task = "image and text";
    if (card.summary.empty())
        card.summary = "A model of type " + type + ", without a card.";
    if (!pipeline)
        Safetensors::openFolder(folder.string()); // checks the headers; reads no weights
}

} // namespace

ModelCatalogue::ModelCatalogue(std::string builtInFolder, std::vector<std::string> userFolders)
    : m_builtInFolder(builtInFolder.empty() ? findBuiltInFolder() : std::move(builtInFolder)),
      m_userFolders(std::move(userFolders))
{
    if (m_userFolders.empty())
        if (std::string folder = defaultUserFolder(); !folder.empty())
            m_userFolders.push_back(std::move(folder));
}

std::string ModelCatalogue::findBuiltInFolder()
{
    std::error_code error;
    if (const std::string folder = environment("ORRERY_MODELS"); !folder.empty())
        return folder;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (error)
        return {};
    const fs::path installed = program.parent_path().parent_path() / "share/orrery/models";
    if (fs::is_directory(installed, error))
        return installed.string();
    // A build folder lies inside the source tree: build/<preset>/bin/orrery, build/<preset>/tests/…
    fs::path above = program.parent_path();
    for (int level = 0; level < 5 && above.has_relative_path(); ++level, above = above.parent_path())
        if (fs::is_directory(above / "resources/models", error) && fs::exists(above / "engine/files", error))
            return (above / "resources/models").string();
    return {};
}

std::string ModelCatalogue::defaultUserFolder()
{
    if (const std::string data = environment("XDG_DATA_HOME"); !data.empty())
        return data + "/orrery/models";
    const std::string home = environment("HOME");
    return home.empty() ? std::string() : home + "/.local/share/orrery/models";
}

ModelCard ModelCatalogue::readFolder(const std::string &folder, bool builtIn)
{
    const fs::path path = withoutTrailingSlash(folder);
    ModelCard card;
    card.folder = path.string();
    card.id = card.name = path.filename().string();
    card.builtIn = builtIn;
    try {
        card.bytes = bytesIn(path);
        if (fs::exists(path / "card.json"))
            readCard(path / "card.json", card);
        readConfiguration(path, card);
    } catch (const std::exception &error) {
        card.error = error.what();
    }
    return card;
}

std::vector<ModelCard> ModelCatalogue::list() const
{
    std::vector<ModelCard> cards;
    const auto addAll = [&cards](const std::string &root, bool builtIn) {
        std::vector<ModelCard> found;
        std::error_code error;
        for (fs::directory_iterator it(root, error), end; !error && it != end; it.increment(error)) {
            std::error_code ignored;
            if (it->is_directory(ignored) && isModelFolder(it->path()))
                found.push_back(readFolder(it->path().string(), builtIn));
        }
        std::sort(found.begin(), found.end(), [](const ModelCard &a, const ModelCard &b) { return a.id < b.id; });
        for (ModelCard &card : found)
            cards.push_back(std::move(card));
    };
    if (!m_builtInFolder.empty())
        addAll(m_builtInFolder, true);
    for (const std::string &folder : m_userFolders)
        addAll(folder, false);
    return cards;
}

ModelCard ModelCatalogue::card(const std::string &idOrFolder) const
{
    const std::vector<ModelCard> cards = list();
    for (const ModelCard &card : cards)
        if (card.id == idOrFolder)
            return card;
    std::error_code ignored;
    if (!idOrFolder.empty() && fs::is_directory(idOrFolder, ignored)) {
        const fs::path wanted = fs::weakly_canonical(idOrFolder, ignored);
        for (const ModelCard &card : cards)
            if (fs::weakly_canonical(card.folder, ignored) == wanted)
                return card;
        return readFolder(idOrFolder, false);
    }
    std::string known;
    for (const ModelCard &card : cards)
        known += (known.empty() ? "" : ", ") + card.id;
    throw Exception(ErrorCode::NotFound,
                    "\"" + idOrFolder +
                        "\" is neither a model nor a folder; the models here are: " + (known.empty() ? "none" : known));
}

void ModelCatalogue::writeMeasures(const std::string &folder,
                                   const std::vector<std::pair<std::string, double>> &measures)
{
    const std::string file = (fs::path(folder) / "card.json").string();
    JsonObject::readFile(file); // checks it, and says what is wrong with it
    std::ifstream in(file);
    Json card = Json::parse(in);
    Json &all = card["measures"];
    if (!all.is_array())
        all = Json::array();
    for (const auto &[name, value] : measures) {
        const double rounded = std::round(value * 1e4) / 1e4;
        const auto same =
            std::find_if(all.begin(), all.end(), [&](const Json &m) { return m.value("name", "") == name; });
        if (same != all.end())
            (*same)["value"] = rounded;
        else
            all.push_back({{"name", name}, {"value", rounded}});
    }
    writeJsonFile(file, card);
}

ModelCatalogue::Verification ModelCatalogue::verify(const std::string &idOrFolder) const
{
    const ModelCard found = card(idOrFolder);
    Verification result;
    if (!found.error.empty()) {
        result.message = found.error;
        return result;
    }
    const std::string file = (fs::path(found.folder) / "model.safetensors").string();
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        result.message = file + ": does not exist, so there is nothing to compare with a card";
        return result;
    }
    result.sha256 = sha256OfFile(file);
    if (found.sha256.empty())
        result.message = found.folder + ": has no card that states a SHA-256, so the file cannot be compared";
    else if (found.sha256 == result.sha256) {
        result.passed = true;
        result.message = file + ": is the file that the card describes";
    } else
        result.message = file + ": has SHA-256 " + result.sha256 + ", but the card states " + found.sha256 +
                         "; the file was changed or is damaged";
    return result;
}

std::uint64_t ModelCatalogue::remove(const std::string &id) const
{
    const ModelCard found = card(id);
    if (found.builtIn)
        throw Exception(ErrorCode::BadInput, id + ": is built in, so it cannot be removed");
    std::error_code error;
    const fs::path folder = fs::weakly_canonical(found.folder, error);
    const bool installed = std::any_of(m_userFolders.begin(), m_userFolders.end(), [&](const std::string &root) {
        std::error_code ignored;
        return fs::weakly_canonical(root, ignored) == folder.parent_path();
    });
    if (!installed)
        throw Exception(ErrorCode::BadInput, found.folder + ": was not installed by Orrery, so it is not removed");
    fs::remove_all(folder, error);
    if (error)
        throw Exception(ErrorCode::ModelFile, found.folder + ": cannot be removed (" + error.message() + ")");
    return found.bytes;
}

} // namespace orrery
