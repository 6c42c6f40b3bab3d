// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// Cuts a text into records of fields. A quoted field may hold the separator, doubled quotes and line ends; the
/// separator is the one of comma, semicolon and tab that the first line holds most of. A first line with none of them
/// and two or more numbers between blanks (numpy.savetxt), or with many such numbers for each of them (word vectors, of
/// which the first may be that of a comma), makes blanks the separator, without quotes.
/// Lines end in LF, CR LF or, where there is no LF at all, CR. Source: RFC 4180.
class CsvReader
{
public:
    /// @param path  what messages call it; both must outlive the reader
    /// @throws Exception{BadInput} when it is no text in UTF-8
    CsvReader(const std::string &path, std::string_view text);

    /// The next line that is not blank. @return false at the end
    /// @throws Exception{BadInput} when a quotation mark is never closed.
    bool next(std::vector<std::string> &fields);
    /// Where that line began, counted from 1.
    std::size_t line() const { return m_line; }

private:
    bool readField(std::vector<std::string> &fields);
    void readWords(std::vector<std::string> &fields);

    const std::string &m_path;
    std::string_view m_text;
    char m_separator = ',';
    char m_newline = '\n';
    bool m_blanks = false;
    std::size_t m_at = 0, m_line = 1, m_nextLine = 1;
};

/// Without blanks at both ends.
std::string_view csvTrimmed(std::string_view text);
/// The number that is all of a field; also "nan" and "inf".
std::optional<float> csvNumber(std::string_view field);

} // namespace orrery
