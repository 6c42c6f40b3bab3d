// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/emoji_names.h"

#include "engine/training/cldr_annotations.h"

#include <map>
#include <sstream>

namespace orrery::training {

std::string toUtf8(char32_t code)
{
    std::string text;
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xC0 | (code >> 6));
        text += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        text += static_cast<char>(0xE0 | (code >> 12));
        text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        text += static_cast<char>(0xF0 | (code >> 18));
        text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (code & 0x3F));
    }
    return text;
}

std::vector<EmojiName> readEmojiNames(const std::string &emojiTest, const std::string &annotationFile)
{
    const auto annotations = readAnnotations(annotationFile);
    std::istringstream lines(readPackageFile(emojiTest, "unicode-data"));
    std::map<char32_t, EmojiName> byCode;
    std::string line;
    std::string group;
    while (std::getline(lines, line)) {
        if (line.rfind("# group: ", 0) == 0)
            group = line.substr(9);
        const std::size_t semicolon = line.find(';');
        if (line.empty() || line[0] == '#' || semicolon == std::string::npos)
            continue;
        const std::string status = line.substr(semicolon + 1, line.find('#') - semicolon - 1);
        const bool listed =
            status.find(" fully-qualified") != std::string::npos || status.find(" component") != std::string::npos;
        if (!listed)
            continue;
        std::istringstream hex(line.substr(0, semicolon));
        std::vector<char32_t> codes;
        for (std::string code; hex >> code;)
            codes.push_back(static_cast<char32_t>(std::stoul(code, nullptr, 16)));
        std::string text;
        for (const char32_t code : codes)
            text += toUtf8(code);
        if (codes.size() == 2 && codes[1] == 0xFE0F)
            codes.pop_back();
        const bool skinTone = codes[0] >= 0x1F3FB && codes[0] <= 0x1F3FF;
        if (codes.size() != 1 || skinTone || codes[0] < 0x203C)
            continue;
        const auto found = annotations.find(toUtf8(codes[0]));
        if (found == annotations.end() || found->second.name.empty())
            continue;
        EmojiName entry{codes[0], text, found->second.name, {}, group};
        for (const std::string &keyword : found->second.keywords)
            if (keyword != entry.name)
                entry.keywords.push_back(keyword);
        byCode[codes[0]] = std::move(entry);
    }
    std::vector<EmojiName> names;
    for (auto &[code, entry] : byCode)
        names.push_back(std::move(entry));
    return names;
}

} // namespace orrery::training
