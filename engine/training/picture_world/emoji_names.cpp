// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/emoji_names.h"

#include "engine/core/error.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace orrery::training {

namespace {

std::string readAll(const std::string &path, const char *package)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw Exception(ErrorCode::NotFound,
                        path + " is missing; install the Debian package " + package + " to make Picture World");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The five entities that XML itself defines; the file uses no others.
std::string unescape(std::string text)
{
    static constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}};
    for (const auto &[from, to] : kEntities)
        for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
            text.replace(at, from.size(), to);
    return text;
}

struct Annotation
{
    std::string name;
    std::vector<std::string> keywords;
};

std::vector<std::string> splitKeywords(const std::string &text)
{
    std::vector<std::string> words;
    std::size_t start = 0;
    while (start <= text.size()) {
        const std::size_t bar = std::min(text.find(" | ", start), text.size());
        if (bar > start)
            words.push_back(text.substr(start, bar - start));
        start = bar + 3;
    }
    return words;
}

/// Lines of the form `<annotation cp="X">a | b</annotation>` and `<annotation cp="X" type="tts">name</annotation>`.
std::map<std::string, Annotation> readAnnotations(const std::string &path)
{
    const std::string text = readAll(path, "unicode-cldr-core");
    std::map<std::string, Annotation> annotations;
    static constexpr std::string_view kOpen = "<annotation cp=\"";
    for (std::size_t at = 0; (at = text.find(kOpen, at)) != std::string::npos;) {
        at += kOpen.size();
        const std::size_t quote = text.find('"', at);
        const std::size_t close = text.find('>', quote);
        const std::size_t end = text.find("</annotation>", close);
        if (quote == std::string::npos || close == std::string::npos || end == std::string::npos)
            break;
        Annotation &annotation = annotations[unescape(text.substr(at, quote - at))];
        const std::string value = unescape(text.substr(close + 1, end - close - 1));
        if (text.substr(quote, close - quote).find("type=\"tts\"") != std::string::npos)
            annotation.name = value;
        else
            annotation.keywords = splitKeywords(value);
        at = end;
    }
    return annotations;
}

} // namespace

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
    std::istringstream lines(readAll(emojiTest, "unicode-data"));
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
