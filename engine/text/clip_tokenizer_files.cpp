// SPDX-License-Identifier: Apache-2.0
// Reading ClipTokenizer from the files that transformers writes.
#include "engine/core/error.h"
#include "engine/files/json_file.h"
#include "engine/files/mapped_file.h"
#include "engine/text/clip_tokenizer.h"

#include <filesystem>

namespace fs = std::filesystem;

namespace orrery {

namespace {

constexpr std::int64_t kLargestId = 10'000'000;
/// CLIPTokenizer reads at most this many lines of merges.txt after the first.
constexpr std::size_t kMostMerges = 49152 - 256 - 2;

void readVocabulary(const JsonObject &object, ClipTokenizer::Settings &settings)
{
    for (auto &[token, id] : object.integerFields(0, kLargestId))
        settings.vocabulary.emplace(token, id);
}

void addMerge(const std::string &where, std::string_view line, ClipTokenizer::Settings &settings)
{
    const std::size_t blank = line.find(' ');
    if (blank == 0 || blank == std::string_view::npos || blank + 1 == line.size() ||
        line.find(' ', blank + 1) != std::string_view::npos)
        throw Exception(ErrorCode::ModelFile, where + " is \"" + std::string(line.substr(0, 60)) +
                                                  "\", expected two pieces with a blank between");
    settings.merges.emplace_back(line.substr(0, blank), line.substr(blank + 1));
}

void readMerges(const std::string &path, ClipTokenizer::Settings &settings)
{
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    for (std::size_t number = 1; !text.empty() && settings.merges.size() < kMostMerges; ++number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (number == 1 || line.empty()) // the first line states a version
            continue;
        addMerge(path + ": line " + std::to_string(number), line, settings);
    }
}

/// Merges of tokenizer.json: "a b", or ["a", "b"] since tokenizers 0.20.
void readMerges(const JsonObject &model, ClipTokenizer::Settings &settings)
{
    for (const std::vector<std::string> &parts : model.textLists("merges")) {
        if (parts.size() == 2)
            settings.merges.emplace_back(parts[0], parts[1]);
        else if (parts.size() == 1)
            addMerge(model.where() + ": field \"merges\"", parts[0], settings);
        else
            model.fail("merges", "holds a list of " + std::to_string(parts.size()) + " texts, expected two");
    }
}

/// A special token is its text, or an object with the text in "content".
void readSpecialTokens(const JsonObject &object, ClipTokenizer::Settings &settings)
{
    const auto read = [&](const char *field, std::string &token) {
        if (object.isObject(field))
            token = object.object(field).textOr("content", token);
        else if (object.has(field))
            token = object.text(field);
    };
    read("bos_token", settings.begin);
    read("eos_token", settings.end);
    read("unk_token", settings.unknown);
    read("pad_token", settings.pad);
}

} // namespace

std::shared_ptr<const ClipTokenizer> ClipTokenizer::fromFolder(const std::string &folder)
{
    const fs::path base(folder);
    const auto path = [&](const char *name) { return (base / name).string(); };
    const auto exists = [&](const char *name) {
        std::error_code ignored;
        return fs::exists(base / name, ignored);
    };
    Settings settings;
    const bool pair = exists("vocab.json") && exists("merges.txt");
    if (!pair && !exists("tokenizer.json"))
        throw Exception(ErrorCode::NotFound,
                        folder + ": holds no tokenizer, expected vocab.json and merges.txt, or tokenizer.json");
    if (exists("special_tokens_map.json"))
        readSpecialTokens(JsonObject::readFile(path("special_tokens_map.json")), settings);
    if (exists("tokenizer_config.json"))
        readSpecialTokens(JsonObject::readFile(path("tokenizer_config.json")), settings);
    if (exists("tokenizer.json")) {
        const JsonObject whole = JsonObject::readFile(path("tokenizer.json"));
        if (whole.isArray("added_tokens"))
            for (const JsonObject &token : whole.objects("added_tokens"))
                settings.added.push_back(
                    {token.text("content"), token.integer("id", 0, kLargestId), token.booleanOr("normalized", true)});
        if (!pair) {
            const JsonObject model = whole.object("model");
            if (const std::string type = model.textOr("type", "BPE"); type != "BPE")
                model.fail("type", "is \"" + type + "\", expected \"BPE\"");
            settings.file = path("tokenizer.json");
            readVocabulary(model.object("vocab"), settings);
            readMerges(model, settings);
        }
    }
    if (pair) {
        settings.file = path("vocab.json");
        readVocabulary(JsonObject::readFile(path("vocab.json")), settings);
        readMerges(path("merges.txt"), settings);
    }
    return std::make_shared<const ClipTokenizer>(std::move(settings));
}

} // namespace orrery
