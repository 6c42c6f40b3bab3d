// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/files/array_file.h"
#include "engine/files/atomic_file.h"
#include "engine/files/mapped_file.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace orrery {

namespace {

[[noreturn]] void fail(const std::string &path, const std::string &what)
{
    throw Exception(ErrorCode::BadInput, path + ": " + what);
}

std::string_view trimmed(std::string_view text)
{
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

/// Also "nan" and "inf": readArray names their rows.
std::optional<float> numberIn(std::string_view field)
{
    field = trimmed(field);
    if (field.starts_with('+'))
        field.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
    if (field.empty() || error != std::errc() || end != field.data() + field.size())
        return std::nullopt;
    return static_cast<float>(number);
}

/// Cuts a text into records of fields. A quoted field may hold the separator, doubled quotes and line ends.
class Reader
{
public:
    Reader(const std::string &path, std::string_view text) : m_path(path), m_text(text)
    {
        if (m_text.starts_with("\xef\xbb\xbf"))
            m_text.remove_prefix(3);
        const std::string_view filled = m_text.substr(std::min(m_text.size(), m_text.find_first_not_of(" \t\r\n")));
        const std::string_view first = filled.substr(0, filled.find('\n'));
        m_separator = ',';
        for (const char candidate : {';', '\t'})
            if (std::count(first.begin(), first.end(), candidate) > std::count(first.begin(), first.end(), m_separator))
                m_separator = candidate;
    }

    /// The next line that is not blank. @return false at the end
    bool next(std::vector<std::string> &fields)
    {
        while (m_at < m_text.size()) {
            fields.clear();
            m_line = m_nextLine;
            while (!readField(fields)) {
            }
            if (fields.size() > 1 || !trimmed(fields.front()).empty())
                return true;
        }
        return false;
    }
    std::size_t line() const { return m_line; }

private:
    /// @return true when it was the line's last
    bool readField(std::vector<std::string> &fields)
    {
        std::string field;
        bool quoted = false;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '\n')
                ++m_nextLine;
            if (c == '"') {
                if (quoted && m_at + 1 < m_text.size() && m_text[m_at + 1] == '"')
                    field += m_text[++m_at];
                else
                    quoted = !quoted;
            } else if (!quoted && (c == m_separator || c == '\n')) {
                ++m_at;
                fields.push_back(std::move(field));
                return c == '\n';
            } else {
                field += c;
            }
        }
        if (quoted)
            fail(m_path, "line " + std::to_string(m_line) + ": a quotation mark is never closed");
        fields.push_back(std::move(field));
        return true;
    }

    const std::string &m_path;
    std::string_view m_text;
    char m_separator = ',';
    std::size_t m_at = 0, m_line = 1, m_nextLine = 1;
};

std::string columnName(const CsvTable &table, std::size_t column)
{
    std::string name = "column " + std::to_string(column + 1);
    if (column < table.columns.size())
        name += " (\"" + table.columns[column] + "\")";
    return name;
}

} // namespace

CsvTable parseCsv(const std::string &path, std::string_view text)
{
    CsvTable table;
    std::vector<std::string> fields;
    Reader reader(path, text);
    if (!reader.next(fields))
        fail(path, "is empty, expected lines of numbers");
    table.matrix.columns = static_cast<std::int64_t>(fields.size());
    bool more = true;
    if (std::any_of(fields.begin(), fields.end(), [](const std::string &field) { return !numberIn(field); })) {
        for (const std::string &field : fields)
            table.columns.emplace_back(trimmed(field));
        more = reader.next(fields);
    }
    for (; more; more = reader.next(fields)) {
        const std::string where = "line " + std::to_string(reader.line());
        if (fields.size() != static_cast<std::size_t>(table.matrix.columns))
            fail(path, where + " has " + std::to_string(fields.size()) + " fields, expected " +
                           std::to_string(table.matrix.columns) + " as in the first line");
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const std::optional<float> number = numberIn(fields[i]);
            if (!number)
                fail(path, columnName(table, i) + " holds " +
                               (trimmed(fields[i]).empty() ? "nothing" : "\"" + fields[i].substr(0, 40) + "\"") +
                               " in " + where + ", expected a number");
            table.matrix.values.push_back(*number);
        }
        ++table.matrix.rows;
    }
    return table;
}

CsvTable readCsv(const std::string &path)
{
    const auto file = MappedFile::open(path);
    return parseCsv(path, {reinterpret_cast<const char *>(file->bytes().data()), file->bytes().size()});
}

void writeCsv(const std::string &path, const NpyMatrix &matrix, const std::vector<std::string> &columns)
{
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i)
        text += (i > 0 ? "," : "") + columns[i];
    if (!columns.empty())
        text += '\n';
    AtomicFile file(path);
    std::size_t i = 0;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        for (std::int64_t column = 0; column < matrix.columns; ++column) {
            char number[32];
            const auto end = std::to_chars(number, number + sizeof number, matrix.values.at(i++)).ptr;
            if (column > 0)
                text += ',';
            text.append(number, end);
        }
        text += '\n';
        if (text.size() > (1U << 20)) {
            file.write(text);
            text.clear();
        }
    }
    file.write(text);
    file.commit();
}

} // namespace orrery
