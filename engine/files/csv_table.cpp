// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/files/array_file.h"
#include "engine/files/atomic_file.h"
#include "engine/files/csv_reader.h"
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
    CsvReader reader(path, text);
    if (!reader.next(fields))
        fail(path, "is empty, expected lines of numbers");
    table.matrix.columns = static_cast<std::int64_t>(fields.size());
    bool more = true;
    if (std::any_of(fields.begin(), fields.end(), [](const std::string &field) { return !csvNumber(field); })) {
        for (const std::string &field : fields)
            table.columns.emplace_back(csvTrimmed(field));
        more = reader.next(fields);
    }
    for (; more; more = reader.next(fields)) {
        const std::string where = "line " + std::to_string(reader.line());
        if (fields.size() != static_cast<std::size_t>(table.matrix.columns))
            fail(path, where + " has " + std::to_string(fields.size()) + " fields, expected " +
                           std::to_string(table.matrix.columns) + " as in the first line");
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const std::optional<float> number = csvNumber(fields[i]);
            if (!number)
                fail(path, columnName(table, i) + " holds " +
                               (csvTrimmed(fields[i]).empty() ? "nothing" : "\"" + fields[i].substr(0, 40) + "\"") +
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
