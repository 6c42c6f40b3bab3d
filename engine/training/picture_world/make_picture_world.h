// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace orrery::training {

/// What to draw Picture World from. The defaults are Debian's packages.
struct PictureWorldOptions
{
    std::string out; ///< file to write
    std::string emojiTest = "/usr/share/unicode/emoji/emoji-test.txt";
    std::string annotations = "/usr/share/unicode/cldr/common/annotations/en.xml";
    /// Artist → font. The first must be there; the others join when they are.
    std::vector<std::pair<std::string, std::string>> fonts = {
        {"noto", "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"},
        {"symbola", "/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf"},
        {"unifont", "/usr/share/fonts/opentype/unifont/unifont_upper.otf"},
        {"unifont", "/usr/share/fonts/opentype/unifont/unifont.otf"},
    };
    /// Artist → folder of PNG files named after their code point ("1f600.png") or their name ("grinning_face.png").
    std::vector<std::pair<std::string, std::string>> artists;
    /// JSON object emoji → file stem, as discourse-emojis has it; empty: names with underscores.
    std::string fileNames;
};

struct PictureWorldSummary
{
    std::int64_t names = 0;
    std::int64_t sprites = 0;
    std::vector<std::pair<std::string, std::int64_t>> artists; ///< sprites of each
};

/// Writes Picture World: one safetensors file with `sprites` U8 [N, 64, 64, 4] (straight RGBA), `name` I32 [N],
/// `artist` I32 [N]; the metadata "picture_world" is JSON with names, keywords, groups, artists and provenance.
/// The same packages give the same bytes.
///
/// A file byte-equal to another artist's file of that name is left out (a set that borrows a drawing).
/// @throws Exception{NotFound} naming the package or folder that is missing.
/// Thread: any. Needs no LibTorch.
PictureWorldSummary makePictureWorld(const PictureWorldOptions &options,
                                     const std::function<void(double, const std::string &)> &progress = {});

} // namespace orrery::training
