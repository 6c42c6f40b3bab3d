// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/captions.h"

#include <array>
#include <cctype>
#include <vector>

namespace orrery::training {

std::span<const NamedColour> namedColours()
{
    static constexpr std::array<NamedColour, 11> kColours{{
        {"red", {0.87f, 0.12f, 0.12f}},
        {"orange", {0.97f, 0.55f, 0.08f}},
        {"yellow", {0.98f, 0.86f, 0.15f}},
        {"green", {0.15f, 0.65f, 0.22f}},
        {"blue", {0.14f, 0.36f, 0.88f}},
        {"purple", {0.52f, 0.18f, 0.72f}},
        {"pink", {0.98f, 0.52f, 0.72f}},
        {"brown", {0.50f, 0.29f, 0.13f}},
        {"grey", {0.55f, 0.55f, 0.55f}},
        {"black", {0.06f, 0.06f, 0.06f}},
        {"white", {1.0f, 1.0f, 1.0f}},
    }};
    return kColours;
}

namespace {

std::vector<ColourPhrase> makePhrases()
{
    const auto named = namedColours();
    const int count = static_cast<int>(named.size());
    std::vector<ColourPhrase> phrases;
    for (int i = 0; i < count; ++i)
        phrases.push_back({std::string(named[i].name), named[i].colour, i, -1});
    for (int i = 0; i < count; ++i)
        for (int k = i + 1; k < count; ++k) {
            ColourPhrase blend{phrases[i].name + " " + phrases[k].name, {}, i, k};
            for (int c = 0; c < 3; ++c)
                blend.colour[c] = 0.5f * (named[i].colour[c] + named[k].colour[c]);
            phrases.push_back(std::move(blend));
        }
    const auto towards = [](std::string_view word, const ColourPhrase &phrase, float end, float share) {
        ColourPhrase shade = phrase;
        shade.name = std::string(word) + " " + phrase.name;
        for (float &value : shade.colour)
            value += share * (end - value);
        return shade;
    };
    const std::vector<ColourPhrase> plain = phrases;
    for (const ColourPhrase &phrase : plain) {
        if (phrase.name != "white")
            phrases.push_back(towards("light", phrase, 1, 0.4f));
        if (phrase.name != "black")
            phrases.push_back(towards("dark", phrase, 0, 0.4f));
    }
    return phrases;
}

} // namespace

std::span<const ColourPhrase> colourPhrases()
{
    static const std::vector<ColourPhrase> phrases = makePhrases();
    return phrases;
}

std::string withArticle(const std::string &noun)
{
    static constexpr std::string_view kVowels = "aeiou";
    const bool vowel = !noun.empty() && kVowels.find(noun[0]) != std::string_view::npos && noun.rfind("uni", 0) != 0 &&
                       noun.rfind("one", 0) != 0 && noun.rfind("ewe", 0) != 0;
    return (vowel ? "an " : "a ") + noun;
}

std::string plural(const std::string &noun)
{
    if (noun.empty())
        return noun;
    const auto ends = [&](std::string_view end) {
        return noun.size() >= end.size() && noun.compare(noun.size() - end.size(), end.size(), end) == 0;
    };
    if (ends("ss") || ends("x") || ends("ch") || ends("sh"))
        return noun + "es";
    if (ends("s"))
        return noun;
    if (ends("y") && noun.size() > 1 && std::string_view("aeiou").find(noun[noun.size() - 2]) == std::string_view::npos)
        return noun.substr(0, noun.size() - 1) + "ies";
    return noun + "s";
}

std::span<const std::string_view> captionTemplates()
{
    static constexpr std::array<std::string_view, 18> kTemplates{
        "{}",
        "a {}",
        "a drawing of a {}",
        "a picture of a {}",
        "an emoji of a {}",
        "a {} emoji",
        "an icon of a {}",
        "a cartoon of a {}",
        "a sketch of a {}",
        "a photo of a {}",
        "an image of a {}",
        "an illustration of a {}",
        "a painting of a {}",
        "clip art of a {}",
        "a symbol of a {}",
        "this is a {}",
        "the {}",
        "one {}",
    };
    return kTemplates;
}

std::string fillTemplate(std::string_view text, const std::string &noun)
{
    const std::size_t at = text.find("{}");
    std::string result(text.substr(0, at));
    if (result.size() >= 2 && result.compare(result.size() - 2, 2, "a ") == 0 &&
        (result.size() == 2 || result[result.size() - 3] == ' ') && at + 2 == text.size())
        return result.substr(0, result.size() - 2) + withArticle(noun);
    return result + noun + std::string(text.substr(at + 2));
}

bool isHeldOut(const std::string &noun, std::string_view key)
{
    std::uint64_t hash = 0xCBF29CE484222325ULL; // FNV-1a
    const auto feed = [&](std::string_view text) {
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    };
    feed(noun);
    feed("|");
    feed(key);
    return mix(hash) % 10 == 0;
}

bool isHeldOut(const std::string &noun, const ColourPhrase &phrase)
{
    const auto named = namedColours();
    return isHeldOut(noun, named[phrase.first].name) ||
           (phrase.second >= 0 && isHeldOut(noun, named[phrase.second].name));
}

} // namespace orrery::training
