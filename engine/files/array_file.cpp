// SPDX-License-Identifier: Apache-2.0
#include "engine/files/array_file.h"

#include "engine/core/error.h"
#include "engine/files/idx.h"
#include "engine/files/npz.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace orrery {

namespace {

std::string endingOf(const std::string &path)
{
    std::string ending = std::filesystem::path(path).extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return ending;
}

} // namespace

void checkFinite(const std::string &path, const NpyMatrix &matrix)
{
    constexpr std::size_t kNamed = 10;
    std::size_t rows = 0;
    std::string names;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const auto begin = matrix.values.begin() + row * matrix.columns;
        if (std::all_of(begin, begin + matrix.columns, [](float value) { return std::isfinite(value); }))
            continue;
        if (rows++ < kNamed)
            names += (names.empty() ? "" : ", ") + std::to_string(row);
    }
    if (rows == 0)
        return;
    throw Exception(ErrorCode::BadInput, path + ": " + (rows == 1 ? "row " : "rows ") + names +
                                             (rows > kNamed ? " and " + std::to_string(rows - kNamed) + " more" : "") +
                                             (rows == 1 ? " holds" : " hold") +
                                             " NaN or infinite values (counted from 0), expected finite numbers");
}

NpyMatrix readArray(const std::string &path, const std::string &array)
{
    const std::string ending = endingOf(path);
    NpyMatrix matrix;
    if (!array.empty() && ending != ".npz")
        throw Exception(ErrorCode::BadInput,
                        path + ": holds one array, so \"" + array + "\" cannot be chosen from it; only .npz has names");
    if (ending == ".npz")
        matrix = readNpz(path, array);
    else if (ending == ".csv" || ending == ".tsv" || ending == ".txt")
        matrix = readCsv(path).matrix;
    else if (ending == ".npy")
        matrix = readNpy(path);
    else if (isIdxName(path))
        matrix = readIdx(path).matrix;
    else
        throw Exception(ErrorCode::BadInput,
                        path + ": is of an unknown kind, expected .npy, .npz or .csv, or .idx as MNIST has it");
    if (matrix.values.empty())
        throw Exception(ErrorCode::BadInput, path + ": holds no numbers (" + std::to_string(matrix.rows) + " × " +
                                                 std::to_string(matrix.columns) + ")");
    checkFinite(path, matrix);
    return matrix;
}

bool canReadArray(const std::string &path)
{
    const std::string ending = endingOf(path);
    return ending == ".npy" || ending == ".npz" || ending == ".csv" || ending == ".tsv" || ending == ".txt" ||
           isIdxName(path);
}

bool canWriteArray(const std::string &path)
{
    const std::string ending = endingOf(path);
    return ending == ".npy" || ending == ".csv";
}

void writeArray(const std::string &path, const NpyMatrix &matrix, const std::vector<std::string> &columns)
{
    if (!canWriteArray(path))
        throw Exception(ErrorCode::BadInput, path + ": cannot be written, expected a name that ends in .npy or .csv");
    if (endingOf(path) == ".csv")
        writeCsv(path, matrix, columns);
    else
        writeNpy(path, matrix);
}

} // namespace orrery
