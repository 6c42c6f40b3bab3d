// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace orrery::training {

/// One thing that Picture World can draw.
struct EmojiName
{
    char32_t code = 0;                 ///< its single code point
    std::string text;                  ///< UTF-8, with U+FE0F where the list has one
    std::string name;                  ///< CLDR short name: "grinning face"
    std::vector<std::string> keywords; ///< CLDR keywords, without the name itself
    std::string group;                 ///< "Smileys & Emotion", as emoji-test.txt groups them
};

/// The names of Picture World in the order of their code points: every emoji of one code point (a presentation
/// selector does not count) from U+203C on, without skin tones, with the hair components. Unicode 15 has 1,358.
///
/// Source: emoji-test.txt (package unicode-data) for which are emoji, CLDR's annotations (package unicode-cldr-core)
/// for what they are called; Unicode licence. Nothing of either is copied into this repository.
///
/// @throws Exception{NotFound} naming the package that holds the missing file.
/// Thread: any.
std::vector<EmojiName>
readEmojiNames(const std::string &emojiTest = "/usr/share/unicode/emoji/emoji-test.txt",
               const std::string &annotations = "/usr/share/unicode/cldr/common/annotations/en.xml");

/// UTF-8 of one code point.
std::string toUtf8(char32_t code);

} // namespace orrery::training
