// SPDX-License-Identifier: Apache-2.0
/// One reader a format. Each takes the whole file, and throws Exception{BadInput} with a sentence that lacks the path:
/// picture_decoder.cpp puts it in front.
#pragma once

#include "engine/api/picture.h"
#include "engine/media/exif.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace orrery::media {

using Bytes = std::span<const std::uint8_t>;

/// A picture as its file stores it: composed on white, not yet turned upright.
struct StoredPicture
{
    Picture picture;
    int orientation = kUpright; ///< EXIF, 1 to 8
};

StoredPicture readPng(Bytes file);
/// Keyword → text of the text chunks before the pixels, unpacked.
std::vector<std::pair<std::string, std::string>> readPngTexts(Bytes file);
StoredPicture readJpeg(Bytes file);
/// First frame on its canvas.
StoredPicture readGif(Bytes file);
/// WebP, BMP, TIFF and PNM, through OpenCV, whole: the caller has checked the size in the header.
StoredPicture readWithOpenCv(Bytes file, bool isBmp);

} // namespace orrery::media
