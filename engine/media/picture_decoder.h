// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/picture.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

/// Larger pictures are reduced by a whole factor (mean of k × k pixels; JPEG in the frequency domain) while they are
/// read, so that memory stays bounded: 40 million pixels are 120 MB.
inline constexpr std::uint64_t kLargestPicturePixels = 40'000'000;
/// Pictures with more pixels than this are refused: reading one would take longer than anybody waits.
inline constexpr std::uint64_t kLargestSourcePixels = 1'000'000'000;
/// Formats that cannot be read row by row hold everything at once, so they end earlier.
inline constexpr std::uint64_t kLargestUnreducedPixels = 150'000'000;
/// Files beyond this are not read at all.
inline constexpr std::uint64_t kLargestPictureFileBytes = 1'000'000'000;

/// Reads a picture file: PNG, JPEG, WebP, GIF (first frame), BMP, TIFF, PNM.
///
/// @return  8-bit sRGB, upright (EXIF orientation applied), composed on white. Colour profiles are not applied.
/// @throws  Exception{NotFound} when there is no such file; {Unsupported} when the format is known and not read;
///          {BadInput} when it is not a picture, damaged, truncated (even where a part could be shown) or too large.
///          The message begins with the path.
/// Thread: any.
Picture decodePicture(const std::string &path);

/// The same from bytes in memory; `name` is what messages begin with.
Picture decodePicture(const std::vector<std::uint8_t> &bytes, const std::string &name);

/// Texts of a PNG file, keyword → text; none in other formats. @throws as decodePicture
std::vector<std::pair<std::string, std::string>> pictureTexts(const std::string &path);

} // namespace orrery
