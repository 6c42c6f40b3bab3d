// SPDX-License-Identifier: Apache-2.0
#include "engine/files/csv_reader.h"

#include "engine/core/error.h"

#include <algorithm>
#include <charconv>

namespace orrery {

std::string_view csvTrimmed(std::string_view text)
{
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::optional<float> csvNumber(std::string_view field)
{
    field = csvTrimmed(field);
    if (field.starts_with('+'))
        field.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
    if (field.empty() || error != std::errc() || end != field.data() + field.size())
        return std::nullopt;
    return static_cast<float>(number);
}

/// How many numbers a line holds when blanks are what is between them.
static int numbersBetweenBlanks(std::string_view line)
{
    int numbers = 0;
    for (line = csvTrimmed(line); !line.empty(); line = csvTrimmed(line)) {
        const std::size_t end = std::min(line.size(), line.find_first_of(" \t\r"));
        numbers += csvNumber(line.substr(0, end)) ? 1 : 0;
        line.remove_prefix(end);
    }
    return numbers;
}

CsvReader::CsvReader(const std::string &path, std::string_view text) : m_path(path), m_text(text)
{
    constexpr std::size_t kLookedAt = 4096;
    constexpr int kWordVector = 8; ///< numbers between blanks for every separator: the first word of GloVe is ","
    if (m_text.substr(0, kLookedAt).find('\0') != std::string_view::npos) // a spreadsheet's "Unicode text" is UTF-16
        throw Exception(ErrorCode::BadInput, path + ": is no UTF-8 text, expected a table saved as CSV in UTF-8");
    if (m_text.starts_with("\xef\xbb\xbf"))
        m_text.remove_prefix(3);
    if (m_text.find('\n') == std::string_view::npos)
        m_newline = '\r';                       // as spreadsheets of old write, and some still do
    if (m_text.starts_with("# orrery-recipe:")) // the first line of what this program exports: how it was made
        m_text.remove_prefix(std::min(m_text.size(), m_text.find(m_newline)));
    const std::string_view filled = m_text.substr(std::min(m_text.size(), m_text.find_first_not_of(" \t\r\n")));
    const std::string_view first = filled.substr(0, filled.find(m_newline));
    for (const char candidate : {';', '\t'})
        if (std::count(first.begin(), first.end(), candidate) > std::count(first.begin(), first.end(), m_separator))
            m_separator = candidate;
    const auto separators = static_cast<int>(std::count(first.begin(), first.end(), m_separator));
    m_blanks = numbersBetweenBlanks(first) >= std::max(2, kWordVector * separators);
}

bool CsvReader::next(std::vector<std::string> &fields)
{
    while (m_at < m_text.size()) {
        fields.clear();
        m_line = m_nextLine;
        if (m_blanks)
            readWords(fields);
        else
            while (!readField(fields)) {
            }
        if (fields.size() > 1 || (!fields.empty() && !csvTrimmed(fields.front()).empty()))
            return true;
    }
    return false;
}

/// @return true when it was the line's last
bool CsvReader::readField(std::vector<std::string> &fields)
{
    std::string field;
    bool quoted = false;
    for (; m_at < m_text.size(); ++m_at) {
        const char c = m_text[m_at];
        if (c == m_newline)
            ++m_nextLine;
        if (c == '"' && (quoted || csvTrimmed(field).empty())) { // within a field it is a letter: 12" vinyl
            if (quoted && m_at + 1 < m_text.size() && m_text[m_at + 1] == '"')
                field += m_text[++m_at];
            else
                quoted = !quoted;
        } else if (!quoted && (c == m_separator || c == m_newline)) {
            ++m_at;
            fields.push_back(std::move(field));
            return c == m_newline;
        } else {
            field += c;
        }
    }
    if (quoted)
        throw Exception(ErrorCode::BadInput,
                        m_path + ": line " + std::to_string(m_line) + ": a quotation mark is never closed");
    fields.push_back(std::move(field));
    return true;
}

void CsvReader::readWords(std::vector<std::string> &fields)
{
    const std::size_t end = std::min(m_text.size(), m_text.find(m_newline, m_at));
    std::string_view line = m_text.substr(m_at, end - m_at);
    for (line = csvTrimmed(line); !line.empty(); line = csvTrimmed(line)) {
        const std::size_t length = std::min(line.size(), line.find_first_of(" \t\r"));
        fields.emplace_back(line.substr(0, length));
        line.remove_prefix(length);
    }
    m_at = std::min(m_text.size(), end + 1);
    ++m_nextLine;
}

} // namespace orrery
