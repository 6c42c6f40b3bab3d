// SPDX-License-Identifier: Apache-2.0
#include "app/cli/sound_files.h"

#include "engine/core/error.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>

namespace orrery::cli {

namespace {

namespace fs = std::filesystem;

bool looksLikeSound(const fs::path &path)
{
    constexpr std::array<std::string_view, 10> kExtensions = {".wav", ".flac", ".ogg", ".oga", ".opus",
                                                              ".mp3", ".aiff", ".aif", ".au",  ".caf"};
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

template <class Iterator>
std::vector<std::string> soundsIn(const std::string &folder)
{
    std::error_code error;
    std::vector<std::string> found;
    for (Iterator entries(folder, error); !error && entries != Iterator(); entries.increment(error))
        if (std::error_code ignored; looksLikeSound(entries->path()) && !entries->is_directory(ignored))
            found.push_back(entries->path().string());
    if (error)
        throw Exception(ErrorCode::BadInput, folder + ": the folder cannot be read (" + error.message() + ")");
    if (found.empty())
        throw Exception(ErrorCode::BadInput,
                        folder + ": the folder holds no sound, expected WAV, FLAC, Ogg, MP3 or AIFF");
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

std::vector<SoundSource> soundSources(const std::vector<std::string> &filesAndFolders, bool deep)
{
    std::vector<SoundSource> sources;
    for (const std::string &name : filesAndFolders) {
        std::error_code error;
        if (!fs::is_directory(name, error)) {
            sources.push_back({name, {}, {}}); // one that is not there is reported with the others' answers
            continue;
        }
        for (std::string &path :
             deep ? soundsIn<fs::recursive_directory_iterator>(name) : soundsIn<fs::directory_iterator>(name))
            sources.push_back({std::move(path), {}, {}});
    }
    return sources;
}

std::string endsEarlyText(const std::string &name)
{
    return name + ": the file is damaged and ends early; this is what could be read";
}

} // namespace orrery::cli
