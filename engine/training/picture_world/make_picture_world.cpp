// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/make_picture_world.h"

#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/safetensors.h"
#include "engine/training/picture_world/emoji_names.h"
#include "engine/training/picture_world/sprite_renderer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace orrery::training {

namespace {

/// What the sprites are gathered in.
struct Gathered
{
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> name;
    std::vector<std::int32_t> artist;
    std::vector<std::string> artists;

    int artistIndex(const std::string &id)
    {
        const auto found = std::find(artists.begin(), artists.end(), id);
        if (found != artists.end())
            return static_cast<int>(found - artists.begin());
        artists.push_back(id);
        return static_cast<int>(artists.size()) - 1;
    }
    void add(const Sprite &sprite, int nameIndex, int artistIndex)
    {
        pixels.insert(pixels.end(), sprite.begin(), sprite.end());
        name.push_back(nameIndex);
        artist.push_back(artistIndex);
    }
};

std::string withoutSelectors(std::string text)
{
    for (std::size_t at; (at = text.find("\xEF\xB8\x8F")) != std::string::npos;)
        text.erase(at, 3);
    return text;
}

/// The stems under which a folder may hold the drawing of a name.
std::vector<std::string> stems(const EmojiName &name, const std::map<std::string, std::string> &fileNames)
{
    std::vector<std::string> result;
    if (const auto found = fileNames.find(withoutSelectors(name.text)); found != fileNames.end())
        result.push_back(found->second);
    std::ostringstream hex;
    hex << std::hex << static_cast<std::uint32_t>(name.code);
    result.push_back(hex.str());
    if (fileNames.empty()) {
        std::string plain = name.name;
        for (char &c : plain)
            c = std::isalnum(static_cast<unsigned char>(c)) ? static_cast<char>(std::tolower(c)) : '_';
        result.push_back(plain);
    }
    return result;
}

std::string bytesOf(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::map<std::string, std::string> readFileNames(const std::string &path)
{
    std::map<std::string, std::string> names;
    if (path.empty())
        return names;
    const auto json = nlohmann::json::parse(bytesOf(path), nullptr, false);
    if (!json.is_object())
        throw Exception(ErrorCode::BadInput, path + " is not a JSON object that maps emoji to file names");
    for (const auto &[emoji, stem] : json.items())
        if (stem.is_string())
            names.emplace(withoutSelectors(emoji), stem.get<std::string>());
    return names;
}

} // namespace

PictureWorldSummary makePictureWorld(const PictureWorldOptions &options,
                                     const std::function<void(double, const std::string &)> &progress)
{
    const std::vector<EmojiName> names = readEmojiNames(options.emojiTest, options.annotations);
    Gathered gathered;
    const std::size_t sources = options.fonts.size() + options.artists.size();
    std::size_t done = 0;
    const auto report = [&](const std::string &what) {
        if (progress)
            progress(static_cast<double>(done) / static_cast<double>(sources), what);
        ++done;
    };

    std::set<std::pair<int, int>> drawn; // (artist, name): the fonts of one artist complete each other
    for (std::size_t f = 0; f < options.fonts.size(); ++f) {
        const auto &[id, file] = options.fonts[f];
        report("drawing " + id);
        if (f > 0 && !std::filesystem::exists(file))
            continue;
        if (f == 0 && !std::filesystem::exists(file))
            throw Exception(ErrorCode::NotFound,
                            file +
                                " is missing; install the Debian package fonts-noto-color-emoji to make Picture World");
        const SpriteRenderer renderer(file);
        const int artist = gathered.artistIndex(id);
        for (int n = 0; n < static_cast<int>(names.size()); ++n) {
            if (drawn.count({artist, n}))
                continue;
            if (const auto sprite = renderer.render(names[n].code)) {
                gathered.add(*sprite, n, artist);
                drawn.insert({artist, n});
            }
        }
    }

    const auto fileNames = readFileNames(options.fileNames);
    std::set<std::pair<int, std::string>> seen; // (name, bytes of the file)
    for (const auto &[id, folder] : options.artists) {
        report("reading " + id);
        if (!std::filesystem::is_directory(folder))
            throw Exception(ErrorCode::NotFound, folder + " is not a folder with the drawings of " + id);
        const int artist = gathered.artistIndex(id);
        for (int n = 0; n < static_cast<int>(names.size()); ++n) {
            for (const std::string &stem : stems(names[n], fileNames)) {
                const std::string file = folder + "/" + stem + ".png";
                if (!std::filesystem::exists(file))
                    continue;
                if (!seen.insert({n, bytesOf(file)}).second)
                    break;
                if (const auto sprite = readSprite(file))
                    gathered.add(*sprite, n, artist);
                break;
            }
        }
    }

    Json description;
    description["names"] = Json::array();
    for (const EmojiName &name : names)
        description["names"].push_back(
            {{"name", name.name}, {"emoji", name.text}, {"group", name.group}, {"keywords", name.keywords}});
    description["artists"] = gathered.artists;
    description["size"] = kSpriteSize;
    description["provenance"] = "names: Unicode CLDR (unicode-cldr-core), Unicode licence; drawings: fonts and folders "
                                "named by artist";

    PictureWorldSummary summary;
    summary.names = static_cast<std::int64_t>(names.size());
    summary.sprites = static_cast<std::int64_t>(gathered.name.size());
    for (std::size_t a = 0; a < gathered.artists.size(); ++a)
        summary.artists.emplace_back(gathered.artists[a],
                                     std::count(gathered.artist.begin(), gathered.artist.end(), static_cast<int>(a)));

    const std::int64_t n = summary.sprites;
    const auto bytes = [](const auto &values) { return std::as_bytes(std::span(values.data(), values.size())); };
    writeSafetensors(options.out,
                     {{"sprites", Dtype::U8, {n, kSpriteSize, kSpriteSize, 4}, bytes(gathered.pixels)},
                      {"name", Dtype::I32, {n}, bytes(gathered.name)},
                      {"artist", Dtype::I32, {n}, bytes(gathered.artist)}},
                     {{"picture_world", toText(description, -1)}});
    return summary;
}

} // namespace orrery::training
