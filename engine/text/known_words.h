// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace orrery {

/// The words a model read in training (`known_words.txt` in its folder, any words on any lines), to tell people which
/// of theirs it never met. Words are runs of letters, marks and digits, compared in lower case and NFC. Needs no
/// LibTorch, so that views can ask while somebody types. Thread: any; immutable.
class KnownWords
{
public:
    explicit KnownWords(std::string_view text);
    /// Null when the folder has no such list: then nothing can be said about words.
    static std::shared_ptr<const KnownWords> fromFolder(const std::string &folder);

    std::size_t size() const { return m_sorted.size(); }
    bool knows(const std::string &word) const { return m_words.contains(word); }

    /// Words of the labels that are not known, each once, in order of appearance, as lower case.
    std::vector<std::string> unknownIn(const std::vector<std::string> &labels) const;
    /// Up to `most` known words that look alike, the likest first: beginnings of one another, or few typing slips away.
    std::vector<std::string> nearest(const std::string &word, std::size_t most = 3) const;

    /// Words of a text as this class sees them.
    static std::vector<std::string> wordsOf(std::string_view text);

private:
    std::unordered_set<std::string> m_words;
    std::vector<std::string> m_sorted;
};

} // namespace orrery
