// SPDX-License-Identifier: Apache-2.0
/// Arrays and tables of numbers, whatever kind of file holds them.
#pragma once

#include "engine/files/npy.h"

#include <string>
#include <vector>

namespace orrery {

/// A table of numbers; `columns` names them when the file does.
struct CsvTable
{
    NpyMatrix matrix;
    std::vector<std::string> columns; ///< empty without a header line
};

/// Numbers separated by commas, semicolons, tabs or blanks, as UTF-8, with a header line or none; fields may be quoted.
/// @throws Exception{BadInput} naming the line that is shorter or longer, or the column that holds no numbers.
CsvTable readCsv(const std::string &path);
CsvTable parseCsv(const std::string &name, std::string_view text);

/// Writes a header line and the rows, every number as short as reads back to the same bits; atomically.
void writeCsv(const std::string &path, const NpyMatrix &matrix, const std::vector<std::string> &columns);

/// Reads .npy, .npz, .csv (also .tsv and .txt) or .idx (engine/files/idx.h) by the name's ending. @param array  which
/// one of a .npz
/// @throws Exception{BadInput} also when there is no number, or when one is not finite: the rows are named.
NpyMatrix readArray(const std::string &path, const std::string &array = {});

/// True when readArray would take the name.
bool canReadArray(const std::string &path);

/// @throws Exception{BadInput} naming the rows that hold NaN or infinite values: a map of numbers that are not there
/// would be a map of something else. @param path  what the message calls it
void checkFinite(const std::string &path, const NpyMatrix &matrix);

/// Writes .npy or .csv by the name's ending. @throws Exception{BadInput} for another one.
void writeArray(const std::string &path, const NpyMatrix &matrix, const std::vector<std::string> &columns);

/// True when writeArray would take the name.
bool canWriteArray(const std::string &path);

} // namespace orrery
