// SPDX-License-Identifier: Apache-2.0
#include "engine/text/clip_tokenizer.h"

#include "engine/core/error.h"
#include "engine/text/unicode.h"

#include <algorithm>
#include <queue>

namespace orrery {

namespace {

std::vector<std::string> makeByteLetters()
{
    std::vector<std::string> letters(256);
    char32_t next = 256;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
        unicode::appendUtf8(letters[byte], printable ? byte : next++);
    }
    return letters;
}

/// Splits the text at added tokens, leftmost and longest first; `onText` gets what lies between.
template <class OnText, class OnToken>
void splitAt(const std::vector<std::pair<std::u32string, std::int64_t>> &tokens, std::u32string_view text,
             OnText onText, OnToken onToken)
{
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto found = std::find_if(tokens.begin(), tokens.end(),
                                        [&](const auto &token) { return text.substr(i).starts_with(token.first); });
        if (found == tokens.end()) {
            ++i;
            continue;
        }
        if (i > start)
            onText(text.substr(start, i - start));
        onToken(found->second);
        i += found->first.size();
        start = i;
    }
    if (start < text.size())
        onText(text.substr(start));
}

std::u32string normalize(std::u32string_view typed)
{
    std::u32string text = unicode::toNfc(typed);
    std::u32string blanks;
    blanks.reserve(text.size());
    for (const char32_t c : text) {
        if (!unicode::isSpace(c))
            blanks += c;
        else if (blanks.empty() || blanks.back() != U' ')
            blanks += U' ';
    }
    return unicode::toLower(blanks);
}

/// Length of the word at the start of `text`; 0: a character that belongs to no word.
/// The pattern: 's|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+
std::size_t wordLength(std::u32string_view text)
{
    if (text[0] == U'\'')
        for (const std::u32string_view suffix : {U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"})
            if (text.starts_with(suffix))
                return suffix.size();
    const auto run = [text](auto belongs) {
        return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), belongs) - text.begin());
    };
    if (unicode::isLetter(text[0]))
        return run(unicode::isLetter);
    if (unicode::isNumber(text[0]))
        return 1;
    return run([](char32_t c) { return !unicode::isSpace(c) && !unicode::isLetter(c) && !unicode::isNumber(c); });
}

} // namespace

const std::string &letterOfByte(std::uint8_t byte)
{
    static const std::vector<std::string> letters = makeByteLetters();
    return letters[byte];
}

ClipTokenizer::ClipTokenizer(Settings settings)
{
    auto &vocabulary = settings.vocabulary;
    for (const AddedToken &token : settings.added)
        vocabulary.emplace(token.content, token.id);
    const auto require = [&](const std::string &token, const char *what) {
        const auto found = vocabulary.find(token);
        if (found == vocabulary.end())
            throw Exception(ErrorCode::ModelFile,
                            settings.file + ": token \"" + token + "\" (" + what + ") is missing");
        return found->second;
    };
    m_begin = require(settings.begin, "beginning of a text");
    m_end = require(settings.end, "end of a text");
    m_pad = require(settings.pad, "padding");
    m_unknown = require(settings.unknown, "unknown");
    for (const auto &[token, id] : vocabulary)
        m_size = std::max(m_size, id + 1);

    for (unsigned byte = 0; byte < 256; ++byte) {
        const auto idOf = [&](const std::string &token) {
            const auto found = vocabulary.find(token);
            return found == vocabulary.end() ? m_unknown : found->second;
        };
        m_byte[byte] = idOf(letterOfByte(static_cast<std::uint8_t>(byte)));
        m_lastByte[byte] = idOf(letterOfByte(static_cast<std::uint8_t>(byte)) + "</w>");
    }
    m_merges.reserve(settings.merges.size());
    for (std::size_t rank = 0; rank < settings.merges.size(); ++rank) {
        const auto &[first, second] = settings.merges[rank];
        const std::int64_t a = require(first, "part of a merge"), b = require(second, "part of a merge");
        const std::int64_t result = require(first + second, "result of a merge");
        m_merges.insert_or_assign(pairKey(a, b), Merge{static_cast<std::int64_t>(rank), result});
    }

    if (settings.added.empty())
        for (const std::string &token : {settings.begin, settings.end})
            settings.added.push_back({token, vocabulary.at(token), true});
    for (const AddedToken &token : settings.added) {
        if (token.content.empty())
            continue;
        const std::u32string content = unicode::fromUtf8(token.content);
        if (token.normalized)
            m_addedNormalized.emplace_back(normalize(content), token.id);
        else
            m_addedRaw.emplace_back(content, token.id);
    }
    for (auto *tokens : {&m_addedRaw, &m_addedNormalized})
        std::stable_sort(tokens->begin(), tokens->end(),
                         [](const auto &a, const auto &b) { return a.first.size() > b.first.size(); });
}

std::vector<std::int64_t> ClipTokenizer::encode(std::string_view text) const
{
    std::vector<std::int64_t> ids{m_begin};
    const std::u32string typed = unicode::fromUtf8(text);
    splitAt(
        m_addedRaw, typed, [&](std::u32string_view part) { encodeSegment(part, ids); },
        [&](std::int64_t id) { ids.push_back(id); });
    ids.push_back(m_end);
    return ids;
}

std::vector<std::int64_t> ClipTokenizer::encode(std::string_view text, std::int64_t context) const
{
    std::vector<std::int64_t> ids = encode(text);
    const auto size = static_cast<std::size_t>(context);
    if (ids.size() > size) {
        ids.resize(size);
        ids.back() = m_end;
    }
    ids.resize(size, m_pad);
    return ids;
}

void ClipTokenizer::encodeSegment(std::u32string_view typed, std::vector<std::int64_t> &ids) const
{
    const std::u32string normalized = normalize(typed);
    splitAt(
        m_addedNormalized, normalized, [&](std::u32string_view part) { encodeWords(part, ids); },
        [&](std::int64_t id) { ids.push_back(id); });
}

void ClipTokenizer::encodeWords(std::u32string_view text, std::vector<std::int64_t> &ids) const
{
    while (!text.empty()) {
        const std::size_t length = wordLength(text);
        if (length > 0)
            encodeWord(text.substr(0, length), ids);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
}

void ClipTokenizer::encodeWord(std::u32string_view word, std::vector<std::int64_t> &ids) const
{
    // A linked list of symbols and a queue of mergeable pairs: a word may be as long as somebody's paste.
    struct Symbol
    {
        std::int64_t id;
        std::ptrdiff_t previous, next;
    };
    const std::string bytes = unicode::toUtf8(word);
    const auto count = static_cast<std::ptrdiff_t>(bytes.size());
    std::vector<Symbol> symbols(bytes.size());
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        const auto byte = static_cast<std::uint8_t>(bytes[static_cast<std::size_t>(i)]);
        const bool last = i + 1 == count;
        symbols[static_cast<std::size_t>(i)] = {last ? m_lastByte[byte] : m_byte[byte], i - 1, last ? -1 : i + 1};
    }
    struct Candidate
    {
        std::int64_t rank;
        std::ptrdiff_t position;
        std::int64_t left, right, result;
        bool operator>(const Candidate &other) const
        {
            return std::tie(rank, position) > std::tie(other.rank, other.position);
        }
    };
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    const auto at = [&](std::ptrdiff_t i) -> Symbol & { return symbols[static_cast<std::size_t>(i)]; };
    const auto consider = [&](std::ptrdiff_t i) {
        if (i < 0 || at(i).next < 0)
            return;
        const std::int64_t left = at(i).id, right = at(at(i).next).id;
        if (const auto found = m_merges.find(pairKey(left, right)); found != m_merges.end())
            queue.push({found->second.rank, i, left, right, found->second.result});
    };
    for (std::ptrdiff_t i = 0; i < count; ++i)
        consider(i);
    constexpr std::int64_t kGone = -1;
    while (!queue.empty()) {
        const Candidate best = queue.top();
        queue.pop();
        Symbol &left = at(best.position);
        // Out of date: one of the two was merged with somebody else meanwhile.
        if (left.id != best.left || left.next < 0 || at(left.next).id != best.right)
            continue;
        Symbol &right = at(left.next);
        left.id = best.result;
        left.next = right.next;
        right.id = kGone;
        if (left.next >= 0)
            at(left.next).previous = best.position;
        consider(left.previous);
        consider(best.position);
    }
    for (std::ptrdiff_t i = 0; i >= 0 && i < count; i = at(i).next)
        ids.push_back(at(i).id);
}

} // namespace orrery
