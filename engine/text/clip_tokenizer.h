// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace orrery {

/// The byte-level byte-pair encoding of CLIP: NFC, white space to one blank, lower case, words by CLIP's pattern, bytes
/// as letters, "</w>" at the end of a word, merges by rank. Gives the ids of transformers' CLIPTokenizerFast.
/// Source: Radford et al. 2021, CLIP, section 2.4; Sennrich et al. 2016, arXiv:1508.07909; tokens checked by
/// tests/engine/text against tests/reference/make_clip_fixtures.py.
///
/// Thread: any; immutable.
class ClipTokenizer
{
public:
    /// A token that is found in the text before words are formed.
    struct AddedToken
    {
        std::string content;
        std::int64_t id = 0;
        bool normalized = true; ///< found after lower-casing; else in the text as it was typed
    };
    struct Settings
    {
        std::unordered_map<std::string, std::int64_t> vocabulary;
        std::vector<std::pair<std::string, std::string>> merges; ///< earlier ones first
        std::vector<AddedToken> added;
        std::string begin = "<|startoftext|>";
        std::string end = "<|endoftext|>";
        std::string unknown = "<|endoftext|>";
        std::string pad = "<|endoftext|>";
        std::string file = "vocab.json"; ///< named in messages
    };

    /// @throws Exception{ModelFile} when a special token or the result of a merge is not in the vocabulary.
    explicit ClipTokenizer(Settings settings);

    /// Reads vocab.json and merges.txt, or else tokenizer.json, with tokenizer_config.json and special_tokens_map.json
    /// where they are. @throws Exception{NotFound, ModelFile} naming file and field.
    static std::shared_ptr<const ClipTokenizer> fromFolder(const std::string &folder);

    /// Begin token, text, end token, however long.
    std::vector<std::int64_t> encode(std::string_view text) const;
    /// The same, cut so that the end token is the last of `context` ids, and padded to exactly `context`.
    /// @param context  at least 2
    std::vector<std::int64_t> encode(std::string_view text, std::int64_t context) const;

    std::int64_t beginId() const { return m_begin; }
    std::int64_t endId() const { return m_end; }
    std::int64_t padId() const { return m_pad; }
    /// Largest id + 1.
    std::int64_t vocabularySize() const { return m_size; }

private:
    struct Merge
    {
        std::int64_t rank, result;
    };
    static std::uint64_t pairKey(std::int64_t a, std::int64_t b) { return std::uint64_t(a) << 32 | std::uint64_t(b); }

    void encodeSegment(std::u32string_view typed, std::vector<std::int64_t> &ids) const;
    void encodeWords(std::u32string_view normalized, std::vector<std::int64_t> &ids) const;
    void encodeWord(std::u32string_view word, std::vector<std::int64_t> &ids) const;

    std::array<std::int64_t, 256> m_byte{};     ///< id of a byte inside a word
    std::array<std::int64_t, 256> m_lastByte{}; ///< id of a byte at the end of a word
    std::unordered_map<std::uint64_t, Merge> m_merges;
    std::vector<std::pair<std::u32string, std::int64_t>> m_addedRaw, m_addedNormalized; ///< longest first
    std::int64_t m_begin = 0, m_end = 0, m_pad = 0, m_unknown = 0, m_size = 0;
};

/// The letter that stands for a byte in vocabularies of GPT-2 and CLIP, in UTF-8: printable bytes stand for themselves.
const std::string &letterOfByte(std::uint8_t byte);

} // namespace orrery
