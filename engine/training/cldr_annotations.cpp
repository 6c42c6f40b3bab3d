// SPDX-License-Identifier: Apache-2.0
#include "engine/training/cldr_annotations.h"

#include "engine/core/error.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

namespace orrery::training {

namespace {

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

} // namespace

std::string readPackageFile(const std::string &path, const std::string &package)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw Exception(ErrorCode::NotFound, path + " is missing; install the Debian package " + package +
                                                 " to make what the models learn from");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::map<std::string, Annotation> readAnnotations(const std::string &path)
{
    const std::string text = readPackageFile(path, "unicode-cldr-core");
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

} // namespace orrery::training
