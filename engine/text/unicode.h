// SPDX-License-Identifier: Apache-2.0
/// As much of Unicode as tokenizers need. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace orrery::unicode {

/// Bytes that are not UTF-8 (also surrogates and overlong forms) become U+FFFD, one for each byte.
std::u32string fromUtf8(std::string_view text);
std::string toUtf8(std::u32string_view text);
void appendUtf8(std::string &text, char32_t character);

bool isLetter(char32_t character); ///< general category L
bool isNumber(char32_t character); ///< general category N
bool isMark(char32_t character);   ///< general category M
bool isSpace(char32_t character);  ///< property White_Space

/// Canonical decomposition and composition. Source: UAX #15, and section 3.12 of the standard for Hangul.
std::u32string toNfc(std::u32string_view text);

/// Full lower case of every character by itself (no context, no language). Source: SpecialCasing.txt, UnicodeData.txt.
std::u32string toLower(std::u32string_view text);

} // namespace orrery::unicode
