// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/prompt_reading.h"

#include "engine/training/picture_world/captions.h"
#include "engine/training/picture_world/scene_parts.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace orrery::training {

namespace {

constexpr std::array<std::string_view, 2> kMaterials{"in the shape of", "made of"};

/// Lower case, single blanks, one at either end: " a red fox ".
std::string padded(const std::string &prompt)
{
    std::string text = " ";
    for (const char c : prompt) {
        const auto byte = static_cast<unsigned char>(c);
        const char letter = std::isspace(byte) || c == ',' || c == '.' ? ' ' : static_cast<char>(std::tolower(byte));
        if (letter != ' ' || text.back() != ' ')
            text += letter;
    }
    if (text.back() != ' ')
        text += ' ';
    return text;
}

struct FoundNoun
{
    std::string noun;
    std::size_t begin = 0, end = 0; ///< in the padded text, blanks left out
};

/// Nouns in their order, singular or plural, the longest at each place.
std::vector<FoundNoun> nounsIn(const std::string &text, std::span<const std::string> nouns)
{
    std::vector<FoundNoun> found;
    for (std::size_t at = text.find(' '); at + 1 < text.size(); at = text.find(' ', at + 1)) {
        FoundNoun best;
        for (const std::string &noun : nouns)
            for (const std::string &spelled : {noun, plural(noun)})
                if (spelled.size() > best.end - best.begin && text.compare(at + 1, spelled.size(), spelled) == 0 &&
                    text[at + 1 + spelled.size()] == ' ')
                    best = {noun, at + 1, at + 1 + spelled.size()};
        if (!best.noun.empty()) {
            found.push_back(best);
            at = best.end - 1;
        }
    }
    return found;
}

/// Whether the word stands directly before `end`, and where it begins.
bool endsWith(const std::string &text, std::size_t end, std::string_view word, std::size_t &begin)
{
    if (end < word.size() + 1 || text.compare(end - word.size(), word.size(), word) != 0 ||
        text[end - word.size() - 1] != ' ')
        return false;
    begin = end - word.size();
    return true;
}

bool follows(const std::string &text, std::size_t end, const std::string &words)
{
    return text.compare(end, words.size(), words) == 0;
}

} // namespace

PromptWords promptWords()
{
    PromptWords words;
    for (const NamedColour &colour : namedColours())
        words.colours.emplace_back(colour.name);
    words.counts.assign(kCounts.begin(), kCounts.end());
    words.sizes.assign(kSizes.begin(), kSizes.end());
    words.relations.assign(kRelations.begin(), kRelations.end());
    words.relations.insert(words.relations.end(), kMaterials.begin(), kMaterials.end());
    words.styles.assign(kStyles.begin(), kStyles.end());
    return words;
}

std::vector<std::string> absentPairs(const std::string &prompt, std::span<const std::string> nouns)
{
    const std::string text = padded(prompt);
    std::vector<std::string> absent;
    const auto judge = [&](const std::string &noun, const std::string &key, const std::string &said) {
        if (isHeldOut(noun, key) && std::find(absent.begin(), absent.end(), said) == absent.end())
            absent.push_back(said);
    };
    for (const FoundNoun &found : nounsIn(text, nouns)) {
        const std::string spelled = text.substr(found.begin, found.end - found.begin);
        // Backwards from the noun: size, colour, count, in any order.
        std::size_t at = found.begin - 1;
        for (bool moved = true; moved && at > 0;) {
            moved = false;
            const auto take = [&](std::string_view word) {
                std::size_t begin = 0;
                if (!moved && endsWith(text, at, word, begin)) {
                    judge(found.noun, std::string(word), std::string(word) + " " + spelled);
                    at = begin - 1;
                    moved = true;
                }
            };
            for (const NamedColour &colour : namedColours())
                take(colour.name);
            for (const std::string_view word : kCounts)
                take(word);
            for (const std::string_view word : kSizes)
                take(word);
            for (const std::string_view word : kStyles)
                take(word);
        }
        // "a line drawing of a fox"
        for (std::size_t style = 0; style < 2; ++style) {
            const std::string opening = std::string(kStyles[style]) + " of a";
            if (const std::size_t place = text.find(opening); place != std::string::npos && place < found.begin)
                judge(found.noun, std::string(kStyles[style]), std::string(kStyles[style]) + " of " + spelled);
        }
        for (const std::string_view relation : kRelations)
            if (follows(text, found.end, " " + std::string(relation) + " "))
                judge(found.noun, std::string(relation), spelled + " " + std::string(relation));
        for (const std::string_view material : kMaterials)
            if (follows(text, found.end, " " + std::string(material) + " "))
                judge(found.noun, std::string(material), spelled + " " + std::string(material));
        for (const NamedColour &colour : namedColours())
            if (const std::string ground = " on " + withArticle(std::string(colour.name)) + " background ";
                follows(text, found.end, ground))
                judge(found.noun, "background " + std::string(colour.name),
                      spelled + ground.substr(0, ground.size() - 1));
    }
    return absent;
}

} // namespace orrery::training
