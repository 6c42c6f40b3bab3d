// SPDX-License-Identifier: Apache-2.0
#include "engine/text/unicode.h"

#include "engine/text/unicode_tables.h"

#include <algorithm>
#include <span>
#include <unordered_map>

namespace orrery::unicode {

namespace {

constexpr char32_t kReplacement = 0xfffd;

// Hangul syllables, section 3.12.
constexpr char32_t kSBase = 0xac00, kLBase = 0x1100, kVBase = 0x1161, kTBase = 0x11a7;
constexpr char32_t kLCount = 19, kVCount = 21, kTCount = 28, kNCount = kVCount * kTCount, kSCount = kLCount * kNCount;

/// The run that holds the character, or null.
template <class Run>
const Run *findRun(std::span<const Run> runs, char32_t character)
{
    const auto after =
        std::upper_bound(runs.begin(), runs.end(), character, [](char32_t c, const Run &run) { return c < run.first; });
    if (after == runs.begin())
        return nullptr;
    const Run &run = *(after - 1);
    return character <= run.last ? &run : nullptr;
}

std::uint32_t combiningClass(char32_t character)
{
    if (character < 0x300)
        return 0;
    const CombiningRun *run = findRun(std::span(kCombining, kCombiningCount), character);
    return run ? run->combiningClass : 0;
}

void decompose(char32_t character, std::u32string &out)
{
    if (character < 0xc0) {
        out += character;
        return;
    }
    if (character >= kSBase && character < kSBase + kSCount) {
        const char32_t index = character - kSBase;
        out += kLBase + index / kNCount;
        out += kVBase + index % kNCount / kTCount;
        if (index % kTCount)
            out += kTBase + index % kTCount;
        return;
    }
    const std::span all(kDecompositions, kDecompositionsCount);
    const auto found = std::lower_bound(all.begin(), all.end(), character,
                                        [](const Decomposition &d, char32_t c) { return d.character < c; });
    if (found == all.end() || found->character != character) {
        out += character;
        return;
    }
    decompose(found->first, out);
    if (found->second)
        decompose(found->second, out);
}

/// The character that the pair composes to; 0: none.
char32_t compose(char32_t first, char32_t second)
{
    if (first >= kLBase && first < kLBase + kLCount && second >= kVBase && second < kVBase + kVCount)
        return kSBase + ((first - kLBase) * kVCount + (second - kVBase)) * kTCount;
    if (first >= kSBase && first < kSBase + kSCount && (first - kSBase) % kTCount == 0 && second > kTBase &&
        second < kTBase + kTCount)
        return first + (second - kTBase);
    static const std::unordered_map<std::uint64_t, char32_t> pairs = [] {
        std::unordered_map<std::uint64_t, char32_t> map;
        for (const Decomposition &d : std::span(kDecompositions, kDecompositionsCount))
            if (d.composes && d.second)
                map.emplace(std::uint64_t(d.first) << 32 | d.second, d.character);
        return map;
    }();
    const auto found = pairs.find(std::uint64_t(first) << 32 | second);
    return found == pairs.end() ? 0 : found->second;
}

} // namespace

std::u32string fromUtf8(std::string_view text)
{
    std::u32string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            out += lead;
            ++i;
            continue;
        }
        const std::size_t length = lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
        bool good = length > 0 && lead < 0xf8 && i + length <= text.size();
        char32_t character = lead & (0xff >> (length + 1));
        for (std::size_t k = 1; good && k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            good = (next & 0xc0) == 0x80;
            character = character << 6 | (next & 0x3f);
        }
        constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
        good = good && character >= kSmallest[length] && character <= 0x10ffff &&
               !(character >= 0xd800 && character < 0xe000);
        out += good ? character : kReplacement;
        i += good ? length : 1;
    }
    return out;
}

void appendUtf8(std::string &text, char32_t c)
{
    if (c < 0x80) {
        text += static_cast<char>(c);
    } else if (c < 0x800) {
        text += static_cast<char>(0xc0 | c >> 6);
        text += static_cast<char>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        text += static_cast<char>(0xe0 | c >> 12);
        text += static_cast<char>(0x80 | (c >> 6 & 0x3f));
        text += static_cast<char>(0x80 | (c & 0x3f));
    } else {
        text += static_cast<char>(0xf0 | c >> 18);
        text += static_cast<char>(0x80 | (c >> 12 & 0x3f));
        text += static_cast<char>(0x80 | (c >> 6 & 0x3f));
        text += static_cast<char>(0x80 | (c & 0x3f));
    }
}

std::string toUtf8(std::u32string_view text)
{
    std::string out;
    for (const char32_t character : text)
        appendUtf8(out, character);
    return out;
}

bool isLetter(char32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return findRun(std::span(kLetters, kLettersCount), c) != nullptr;
}

bool isNumber(char32_t c)
{
    if (c < 0x80)
        return c >= '0' && c <= '9';
    return findRun(std::span(kNumbers, kNumbersCount), c) != nullptr;
}

bool isMark(char32_t c)
{
    return c >= 0x300 && findRun(std::span(kMarks, kMarksCount), c) != nullptr;
}

bool isSpace(char32_t c)
{
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    return findRun(std::span(kSpaces, kSpacesCount), c) != nullptr;
}

std::u32string toNfc(std::u32string_view text)
{
    // Below U+0300 every character is its own NFC, and none combines.
    if (std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x300; }))
        return std::u32string(text);

    std::u32string out;
    for (const char32_t character : text)
        decompose(character, out);
    // Canonical order: marks between two starters are sorted by class, equal classes keep their order.
    for (auto it = out.begin(); it != out.end();) {
        if (combiningClass(*it) == 0) {
            ++it;
            continue;
        }
        const auto end = std::find_if(it, out.end(), [](char32_t c) { return combiningClass(c) == 0; });
        std::stable_sort(it, end, [](char32_t a, char32_t b) { return combiningClass(a) < combiningClass(b); });
        it = end;
    }
    std::u32string composed;
    std::size_t starter = std::u32string::npos;
    std::uint32_t lastClass = 0;
    for (const char32_t character : out) {
        const std::uint32_t characterClass = combiningClass(character);
        // Blocked when something of the same or a higher class, or another starter, stands between.
        const bool adjacent = starter + 1 == composed.size();
        if (starter != std::u32string::npos && (adjacent || (lastClass != 0 && lastClass < characterClass))) {
            if (const char32_t both = compose(composed[starter], character)) {
                composed[starter] = both;
                continue;
            }
        }
        if (characterClass == 0)
            starter = composed.size();
        lastClass = characterClass;
        composed += character;
    }
    return composed;
}

std::u32string toLower(std::u32string_view text)
{
    std::u32string out;
    out.reserve(text.size());
    for (const char32_t c : text) {
        if (c < 0x80) {
            out += c >= 'A' && c <= 'Z' ? c + 32 : c;
        } else if (c == kSpecialLower.character) {
            out += {static_cast<char32_t>(kSpecialLower.first), static_cast<char32_t>(kSpecialLower.second)};
        } else {
            const LowerRun *run = findRun(std::span(kLower, kLowerCount), c);
            const bool mapped = run && (c - run->first) % run->step == 0;
            out += mapped ? static_cast<char32_t>(static_cast<std::int64_t>(c) + run->delta) : c;
        }
    }
    return out;
}

} // namespace orrery::unicode
