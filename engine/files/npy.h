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

/// Reads arrays of numbers or truth values, either byte order, first or last dimension fastest, as float32; one
/// dimension becomes one column, and of more than two those after the first lie side by side: 60000 × 28 × 28 has 784
/// columns.
/// @throws Exception{BadInput} naming file, field and what was expected; Exception{NotFound}.
NpyMatrix readNpy(const std::string &path);

/// The same from memory (an array inside a .npz). @param name  what messages call it
NpyMatrix parseNpy(const std::string &name, std::span<const std::byte> bytes);

} // namespace orrery
