// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

struct TableColumn
{
    std::string name;               ///< empty without a header line
    std::vector<float> numbers;     ///< [rows], NaN where the cell says nothing; empty: it is of texts
    std::vector<std::string> texts; ///< [rows] without blanks around; empty: it is of numbers
    std::int64_t missing = 0;       ///< cells that say nothing

    bool isText() const { return numbers.empty(); }
};

/// A table as people have it: columns of numbers and columns of texts.
struct DataTable
{
    std::int64_t rows = 0;
    std::vector<TableColumn> columns;
};

/// Reads what CsvReader can cut, as UTF-8. The first line is a header when it holds no number, or a text above a
/// number. A cell that is empty, "NA", "N/A", "NaN", "null", "?" or infinite says nothing. A column is of numbers when
/// each of its cells is one or says nothing; of texts when more than a tenth of them is neither.
/// @throws Exception{BadInput} naming the line that is shorter or longer than the first, or a text in a column of
/// numbers.
DataTable readTable(const std::string &path);
DataTable parseTable(const std::string &name, std::string_view text);

} // namespace orrery
