// SPDX-License-Identifier: Apache-2.0
/// NumPy's array files, as far as embeddings and maps need them.
/// Source: numpy.lib.format, "Format Version 1.0" to "3.0".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace orrery {

/// A matrix of float32, row by row. `values` holds rows × columns numbers.
struct NpyMatrix
{
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<float> values;
};

/// Writes [rows, columns] as little-endian float32, atomically.
/// @throws Exception{ModelFile} naming the file; Exception{Internal} when `values` has another size.
void writeNpy(const std::string &path, const NpyMatrix &matrix);

/// Reads one- or two-dimensional arrays of numbers or truth values, either byte order, rows or columns first, as
/// float32; one dimension becomes one column.
/// @throws Exception{BadInput} naming file, field and what was expected; Exception{NotFound}.
NpyMatrix readNpy(const std::string &path);

/// The same from memory (an array inside a .npz). @param name  what messages call it
NpyMatrix parseNpy(const std::string &name, std::span<const std::byte> bytes);

} // namespace orrery
