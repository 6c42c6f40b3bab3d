// SPDX-License-Identifier: Apache-2.0
//
// Which things the models that draw learn. Rules, all mechanical, on Picture World's own data:
//   1. drawings of the first artist, one hand;
//   2. things only: not the groups of symbols, parts, flags, faces and people;
//   3. names of one or two words of plain letters. A long name with a shorter word for the same thing goes by that
//      ("automobile": "car"), and so does the first of a few names that end in the same word ("red apple": "apple");
//   4. one thing, since a sentence counts it: no plurals ("grapes"), no doings or states ("cooking", "wilted flower"),
//   no name
//      that begins with a colour ("blue book"), for a sentence gives the colour;
//   5. one drawing: in one piece, neither hair-thin nor filling its whole square as views do ("sunset");
//   6. short words first, because words used often are short (Zipf 1935, The Psycho-Biology of Language), up to
//      kMostNouns;
//   7. nothing too like what was already taken, and that without colour, since a sentence may recolour it.
#include "engine/training/picture_world/prompt_nouns.h"

#include "engine/training/picture_world/captions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

namespace orrery::training {

namespace {

constexpr int kSize = PictureWorld::kSize;
constexpr std::size_t kMostNouns = 256;
constexpr std::size_t kLongestWord = 9; ///< letters, the space of two words included
constexpr std::size_t kLongName = 8;    ///< beyond this a name may go by a shorter word
constexpr int kMostSharing = 9;         ///< names that end in one word; more are a kind of drawing ("… face")
constexpr float kUnlike = 0.345f;
constexpr int kThumb = 16;

bool isWord(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool endsIn(std::string_view text, std::string_view end)
{
    return text.size() > end.size() + 2 && text.substr(text.size() - end.size()) == end;
}

/// "grapes", but not "bus", "cactus" or "compass".
bool isPlural(std::string_view word)
{
    if (word.size() < 4 || word.back() != 's')
        return false;
    const char before = word[word.size() - 2];
    return before != 's' && before != 'u';
}

/// How names of the world share words.
struct Words
{
    std::set<std::string> names;
    std::map<std::string, std::vector<int>> keyword; ///< names that have it
    std::map<std::string, int> last;                 ///< how many names of two words end in it

    explicit Words(const PictureWorld &world)
    {
        for (int n = 0; n < static_cast<int>(world.names().size()); ++n) {
            const PictureWorld::Name &name = world.names()[n];
            names.insert(name.name);
            for (const std::string &word : name.keywords)
                keyword[word].push_back(n);
            const std::size_t space = name.name.find(' ');
            if (space != std::string::npos && name.name.find(' ', space + 1) == std::string::npos)
                ++last[name.name.substr(space + 1)];
        }
    }
};

/// What a sentence calls the thing; empty: no sentence speaks of it.
std::string spokenName(const PictureWorld &world, const Words &words, const PictureWorld::Name &name)
{
    const std::size_t space = name.name.find(' ');
    std::string spoken = name.name;
    if (space == std::string::npos) {
        if (!isWord(spoken))
            return {};
        if (spoken.size() > kLongName && name.keywords.size() == 1 && isWord(name.keywords[0]) &&
            name.keywords[0].size() < spoken.size() && !words.names.count(name.keywords[0])) {
            // Only a word for this very thing: whoever else has it says so in its name ("racing car").
            const std::string &word = name.keywords[0];
            const std::vector<int> &sharing = words.keyword.at(word);
            if (std::all_of(sharing.begin(), sharing.end(), [&](int n) {
                    const std::string &other = world.names()[n].name;
                    return other == name.name || other.find(word) != std::string::npos;
                }))
                spoken = word;
        }
    } else {
        const std::string first = name.name.substr(0, space);
        const std::string last = name.name.substr(space + 1);
        if (!isWord(first) || !isWord(last) || endsIn(first, "ed"))
            return {};
        const int sharing = words.last.at(last);
        const auto colours = namedColours();
        if (sharing >= 2 && sharing <= kMostSharing && !words.names.count(last) &&
            std::find(name.keywords.begin(), name.keywords.end(), last) != name.keywords.end())
            spoken = last;
        else if (std::any_of(colours.begin(), colours.end(), [&](const NamedColour &c) { return c.name == first; }))
            return {};
    }
    if (spoken.size() > kLongestWord || isPlural(spoken) || endsIn(spoken, "ing") || endsIn(spoken, "ed"))
        return {};
    return spoken;
}

bool isThing(const std::string &group)
{
    static constexpr std::array<std::string_view, 5> kNoThings{"Symbols", "Component", "Flags", "People & Body",
                                                               "Smileys & Emotion"};
    return std::find(kNoThings.begin(), kNoThings.end(), group) == kNoThings.end();
}

/// In one piece, and neither a hair nor a full square.
bool isOneDrawing(const std::uint8_t *rgba)
{
    std::vector<int> piece(kSize * kSize, 0);
    int all = 0;
    int largest = 0;
    std::vector<int> open;
    for (int start = 0; start < kSize * kSize; ++start) {
        if (piece[start] || rgba[start * 4 + 3] <= 100)
            continue;
        int count = 0;
        piece[start] = 1;
        open.push_back(start);
        while (!open.empty()) {
            const int at = open.back();
            open.pop_back();
            ++count;
            for (int dy = -1; dy <= 1; ++dy)
                for (int dx = -1; dx <= 1; ++dx) {
                    const int x = at % kSize + dx;
                    const int y = at / kSize + dy;
                    const int next = y * kSize + x;
                    if (x < 0 || y < 0 || x >= kSize || y >= kSize || piece[next] || rgba[next * 4 + 3] <= 100)
                        continue;
                    piece[next] = 1;
                    open.push_back(next);
                }
        }
        all += count;
        largest = std::max(largest, count);
    }
    const float covered = static_cast<float>(all) / (kSize * kSize);
    return covered > 0.15f && covered < 0.75f && static_cast<float>(largest) >= 0.9f * static_cast<float>(all);
}

/// A drawing in its own box: how much of each cell is covered, and its light against the drawing's mean.
struct Thumb
{
    std::array<float, kThumb * kThumb> cover{};
    std::array<float, kThumb * kThumb> light{};
};

Thumb thumb(const std::uint8_t *rgba)
{
    int x0 = kSize, y0 = kSize, x1 = 0, y1 = 0;
    for (int i = 0; i < kSize * kSize; ++i)
        if (rgba[i * 4 + 3] > 76) {
            x0 = std::min(x0, i % kSize);
            x1 = std::max(x1, i % kSize + 1);
            y0 = std::min(y0, i / kSize);
            y1 = std::max(y1, i / kSize + 1);
        }
    Thumb result;
    if (x1 <= x0)
        return result;
    const float edge = static_cast<float>(std::max(x1 - x0, y1 - y0));
    const float left = 0.5f * (static_cast<float>(x0 + x1) - edge);
    const float top = 0.5f * (static_cast<float>(y0 + y1) - edge);
    const auto from = [&](float origin, int k) {
        return static_cast<int>(std::lround(origin + edge * static_cast<float>(k) / kThumb));
    };
    double mean = 0, weight = 0;
    for (int y = 0; y < kThumb; ++y)
        for (int x = 0; x < kThumb; ++x) {
            float cover = 0, light = 0;
            int count = 0;
            const int yEnd = std::max(from(top, y) + 1, from(top, y + 1));
            const int xEnd = std::max(from(left, x) + 1, from(left, x + 1));
            for (int sy = from(top, y); sy < yEnd; ++sy)
                for (int sx = from(left, x); sx < xEnd; ++sx, ++count) {
                    if (sx < 0 || sy < 0 || sx >= kSize || sy >= kSize)
                        continue;
                    const std::uint8_t *p = rgba + (static_cast<std::size_t>(sy) * kSize + sx) * 4;
                    const float alpha = static_cast<float>(p[3]) / 255;
                    cover += alpha;
                    light += alpha * (0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2]) / 255;
                }
            const int i = y * kThumb + x;
            result.cover[i] = cover / static_cast<float>(count);
            result.light[i] = cover > 0 ? light / cover : 0;
            mean += result.cover[i] * result.light[i];
            weight += result.cover[i];
        }
    for (float &light : result.light)
        light -= static_cast<float>(mean / weight);
    return result;
}

float unlikeness(const Thumb &a, const Thumb &b)
{
    float apart = 0, either = 1e-6f, both = 1e-6f, shade = 0;
    for (int i = 0; i < kThumb * kThumb; ++i) {
        const float common = std::min(a.cover[i], b.cover[i]);
        apart += std::abs(a.cover[i] - b.cover[i]);
        either += std::max(a.cover[i], b.cover[i]);
        both += common;
        shade += common * std::abs(a.light[i] - b.light[i]);
    }
    return apart / either + 1.5f * shade / both;
}

} // namespace

float unlikeness(const std::uint8_t *a, const std::uint8_t *b)
{
    return unlikeness(thumb(a), thumb(b));
}

std::vector<PromptNoun> promptNouns(const PictureWorld &world)
{
    const Words words(world);
    std::vector<PromptNoun> candidates;
    for (int n = 0; n < static_cast<int>(world.names().size()); ++n) {
        const PictureWorld::Name &name = world.names()[n];
        const int sprite = world.find(n, 0);
        if (sprite < 0 || !isThing(name.group))
            continue;
        std::string word = spokenName(world, words, name);
        if (!word.empty() && isOneDrawing(world.sprite(sprite)))
            candidates.push_back({std::move(word), sprite});
    }
    const auto rank = [](const PromptNoun &noun) { // names of two words come after all others
        return noun.word.size() + (noun.word.find(' ') == std::string::npos ? 0 : kLongestWord);
    };
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](const PromptNoun &a, const PromptNoun &b) { return rank(a) < rank(b); });

    std::vector<PromptNoun> taken;
    std::vector<Thumb> thumbs;
    std::set<std::string> said;
    for (const PromptNoun &noun : candidates) {
        if (taken.size() == kMostNouns)
            break;
        const Thumb small = thumb(world.sprite(noun.sprite));
        if (said.count(noun.word) || std::any_of(thumbs.begin(), thumbs.end(), [&](const Thumb &other) {
                return unlikeness(small, other) < kUnlike;
            }))
            continue;
        said.insert(noun.word);
        taken.push_back(noun);
        thumbs.push_back(small);
    }
    return taken;
}

} // namespace orrery::training
