// SPDX-License-Identifier: Apache-2.0
/// The array files of MNIST and its relatives, compressed by gzip or not.
/// Source: LeCun, Cortes, Burges: "The MNIST database of handwritten digits", "The IDX file format".
#pragma once

#include "engine/files/npy.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery {

struct IdxArray
{
    std::vector<std::int64_t> dimensions; ///< as in the file: 60000, 28, 28
    NpyMatrix matrix;                     ///< [first dimension, product of the others], numbers as in the file
};

/// Reads whole numbers of 8, 16 and 32 bits and floating-point numbers of 32 and 64; bytes in any of six types.
/// @throws Exception{BadInput} naming file and field when its header says what its size does not; Exception{NotFound}.
IdxArray readIdx(const std::string &path);

/// By the name: "t10k-images-idx3-ubyte", "a.idx1-ubyte", "b.idx", each also with ".gz".
bool isIdxName(const std::string &path);

/// Where the labels of such a file lie by custom: "train-images-idx3-ubyte.gz" has "train-labels-idx1-ubyte.gz", or the
/// same unpacked or packed. @return a file that exists; empty when there is none.
std::string idxLabelsOf(const std::string &path);

} // namespace orrery
