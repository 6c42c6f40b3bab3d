// SPDX-License-Identifier: Apache-2.0
/// NumPy's archives of arrays: zip files of .npy files, stored or deflated.
/// Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 and 4.5.3 (Zip64).
#pragma once

#include "engine/files/npy.h"

#include <string>
#include <vector>

namespace orrery {

/// Names of the arrays in an archive, without ".npy", in its order. @throws as readNpz
std::vector<std::string> namesInNpz(const std::string &path);

/// @param array  its name; empty when the archive holds one array only
/// @throws Exception{BadInput} naming file, array and field; Exception{NotFound}.
NpyMatrix readNpz(const std::string &path, const std::string &array = {});

} // namespace orrery
