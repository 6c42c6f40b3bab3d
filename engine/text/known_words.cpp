// SPDX-License-Identifier: Apache-2.0
#include "engine/text/known_words.h"

#include "engine/files/mapped_file.h"
#include "engine/text/unicode.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace orrery {

namespace {

constexpr std::array<std::string_view, 7> kContractions{"s", "t", "re", "ve", "m", "ll", "d"};

bool isApostrophe(char32_t c)
{
    return c == U'\'' || c == 0x2019;
}

/// Typing slips between two words: characters added, left out, replaced, or swapped with their neighbour.
/// Source: Damerau 1964, in its restricted form (no piece is edited twice). Gives up above `limit`.
std::size_t slips(std::u32string_view a, std::u32string_view b, std::size_t limit)
{
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit)
        return limit + 1;
    std::vector<std::size_t> beforeLast(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
        std::swap(beforeLast, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

} // namespace

std::vector<std::string> KnownWords::wordsOf(std::string_view text)
{
    const std::u32string folded = unicode::toLower(unicode::toNfc(unicode::fromUtf8(text)));
    std::vector<std::string> words;
    std::string word;
    bool afterApostrophe = false;
    const auto finish = [&] {
        // "it's" is "it": what the apostrophe shortened is no word of its own.
        const bool contraction =
            afterApostrophe && std::find(kContractions.begin(), kContractions.end(), word) != kContractions.end();
        if (!word.empty() && !contraction)
            words.push_back(word);
        word.clear();
        afterApostrophe = false;
    };
    for (std::size_t i = 0; i < folded.size(); ++i) {
        const char32_t c = folded[i];
        if (unicode::isLetter(c) || unicode::isNumber(c) || unicode::isMark(c)) {
            unicode::appendUtf8(word, c);
            continue;
        }
        const bool insideWord = !word.empty();
        finish();
        afterApostrophe = insideWord && isApostrophe(c);
    }
    finish();
    return words;
}

KnownWords::KnownWords(std::string_view text)
{
    for (std::string &word : wordsOf(text))
        m_words.insert(std::move(word));
    m_sorted.assign(m_words.begin(), m_words.end());
    std::sort(m_sorted.begin(), m_sorted.end());
}

std::shared_ptr<const KnownWords> KnownWords::fromFolder(const std::string &folder)
{
    const std::string path = (std::filesystem::path(folder) / "known_words.txt").string();
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return nullptr;
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    return std::make_shared<const KnownWords>(
        std::string_view(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
}

std::vector<std::string> KnownWords::unknownIn(const std::vector<std::string> &labels) const
{
    std::vector<std::string> unknown;
    std::unordered_set<std::string> seen;
    for (const std::string &label : labels)
        for (std::string &word : wordsOf(label))
            if (!m_words.contains(word) && seen.insert(word).second)
                unknown.push_back(std::move(word));
    return unknown;
}

std::vector<std::string> KnownWords::nearest(const std::string &word, std::size_t most) const
{
    struct Candidate
    {
        std::size_t distance;
        std::string_view word;
        auto operator<=>(const Candidate &) const = default;
    };
    constexpr std::size_t kShortestBeginning = 3;
    const std::u32string wanted = unicode::toLower(unicode::toNfc(unicode::fromUtf8(word)));
    const std::size_t limit = std::max<std::size_t>(1, wanted.size() / 3);
    std::vector<Candidate> candidates;
    for (const std::string &known : m_sorted) {
        const std::u32string other = unicode::fromUtf8(known);
        const bool beginning = std::min(wanted.size(), other.size()) >= kShortestBeginning &&
                               (wanted.starts_with(other) || other.starts_with(wanted));
        const std::size_t distance = slips(wanted, other, limit);
        if (distance <= limit)
            candidates.push_back({distance, known});
        else if (beginning)
            candidates.push_back({limit + 1, known}); // after every typing slip
    }
    std::sort(candidates.begin(), candidates.end());
    std::vector<std::string> result;
    for (const Candidate &candidate : candidates) {
        if (result.size() == most)
            break;
        result.emplace_back(candidate.word);
    }
    return result;
}

} // namespace orrery
