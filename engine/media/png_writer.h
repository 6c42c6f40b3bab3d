// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/picture.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace orrery::media {

/// Encodes as 8-bit RGB PNG.
///
/// @param texts  keyword → UTF-8 text, written as iTXt chunks before the pixels; keywords are 1 to 79 Latin-1 bytes.
/// @throws Exception{BadInput} for an empty picture, a buffer of another size than it says, or a bad keyword.
std::vector<std::uint8_t> encodePng(const Picture &picture,
                                    const std::vector<std::pair<std::string, std::string>> &texts);

} // namespace orrery::media
