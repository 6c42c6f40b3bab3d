// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/picture.h"

#include <string>
#include <vector>

namespace orrery::cli {

/// The pictures that the command line names: files as they are, folders as the picture files in them, by name.
/// @throws Exception{BadInput} for a folder without pictures, or one that cannot be read.
std::vector<PictureSource> pictureSources(const std::vector<std::string> &filesAndFolders);

} // namespace orrery::cli
