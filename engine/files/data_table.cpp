// SPDX-License-Identifier: Apache-2.0
#include "engine/files/data_table.h"

#include "engine/core/error.h"
#include "engine/files/csv_reader.h"
#include "engine/files/mapped_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace orrery {

namespace {

[[noreturn]] void fail(const std::string &path, const std::string &what)
{
    throw Exception(ErrorCode::BadInput, path + ": " + what);
}

using Fields = std::vector<std::string>;

enum class Cell
{
    Number,
    Nothing,
    Text,
};

struct Read
{
    Cell kind = Cell::Nothing;
    float number = std::numeric_limits<float>::quiet_NaN();
};

Read readCell(const std::string &field)
{
    if (const auto number = csvNumber(field))
        return std::isfinite(*number) ? Read{Cell::Number, *number} : Read{};
    static constexpr std::array kNothing = {"", "NA", "N/A", "n/a", "na", "NULL", "null", "?", "None"};
    const std::string_view text = csvTrimmed(field);
    return {std::find(kNothing.begin(), kNothing.end(), text) != kNothing.end() ? Cell::Nothing : Cell::Text};
}

bool isHeader(const Fields &first, const Fields &second)
{
    const auto isNumber = [](const std::string &field) { return csvNumber(field).has_value(); };
    if (std::none_of(first.begin(), first.end(), isNumber))
        return true;
    for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
        // What says nothing is no name, but for the corner that pandas leaves empty above its index.
        const bool corner = i == 0 && csvTrimmed(first[i]).empty();
        if ((corner || readCell(first[i]).kind == Cell::Text) && isNumber(second[i]))
            return true;
    }
    return false;
}

/// What a first look at all lines says of a column.
struct Look
{
    std::int64_t numbers = 0, texts = 0;
    std::size_t firstTextLine = 0;
    std::string firstText;

    bool isText() const { return texts * 10 > numbers + texts; }
};

/// Calls `use(fields, line)` for every line below the header.
template <class Use>
void forEachRow(const std::string &path, std::string_view text, bool header, std::size_t columns, Use use)
{
    CsvReader reader(path, text);
    Fields fields;
    if (header)
        reader.next(fields);
    while (reader.next(fields)) {
        if (fields.size() != columns)
            fail(path, "line " + std::to_string(reader.line()) + " has " + std::to_string(fields.size()) +
                           " fields, expected " + std::to_string(columns) + " as in the first line");
        use(fields, reader.line());
    }
}

std::string titleOf(const DataTable &table, std::size_t column)
{
    const std::string &name = table.columns[column].name;
    return "column " + std::to_string(column + 1) + (name.empty() ? "" : " (\"" + name + "\")");
}

} // namespace

DataTable parseTable(const std::string &path, std::string_view text)
{
    Fields first, second;
    CsvReader reader(path, text);
    if (!reader.next(first))
        fail(path, "is empty, expected lines of numbers and texts");
    reader.next(second);
    const bool header = isHeader(first, second);
    DataTable table;
    table.columns.resize(first.size());
    if (header)
        for (std::size_t i = 0; i < first.size(); ++i)
            table.columns[i].name = csvTrimmed(first[i]);

    std::vector<Look> looks(first.size());
    forEachRow(path, text, header, first.size(), [&](const Fields &fields, std::size_t line) {
        ++table.rows;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const Cell kind = readCell(fields[i]).kind;
            looks[i].numbers += kind == Cell::Number ? 1 : 0;
            if (kind == Cell::Text && looks[i].texts++ == 0) {
                looks[i].firstTextLine = line;
                looks[i].firstText = fields[i].substr(0, 40);
            }
        }
    });
    for (std::size_t i = 0; i < looks.size(); ++i)
        if (looks[i].texts > 0 && !looks[i].isText())
            fail(path, titleOf(table, i) + " holds \"" + looks[i].firstText + "\" in line " +
                           std::to_string(looks[i].firstTextLine) + ", expected a number as in " +
                           std::to_string(looks[i].numbers) + " other lines");
    forEachRow(path, text, header, first.size(), [&](const Fields &fields, std::size_t) {
        for (std::size_t i = 0; i < fields.size(); ++i) {
            TableColumn &column = table.columns[i];
            const Read cell = readCell(fields[i]);
            column.missing += cell.kind == Cell::Nothing ? 1 : 0;
            if (looks[i].isText())
                column.texts.emplace_back(csvTrimmed(fields[i]));
            else
                column.numbers.push_back(cell.number);
        }
    });
    return table;
}

DataTable readTable(const std::string &path)
{
    const auto file = MappedFile::open(path);
    return parseTable(path, {reinterpret_cast<const char *>(file->bytes().data()), file->bytes().size()});
}

} // namespace orrery
