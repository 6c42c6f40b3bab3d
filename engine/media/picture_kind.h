// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace orrery::media {

enum class PictureKind
{
    Png,
    Jpeg,
    Gif,
    WebP,
    Bmp,
    Tiff,
    Pnm,
    Unsupported, ///< recognised, but not read here
    Unknown,
};

struct RecognisedFile
{
    PictureKind kind = PictureKind::Unknown;
    std::string name;        ///< "a HEIC picture", when Unsupported
    std::uint64_t width = 0; ///< of WebP, BMP, TIFF and PNM, from their headers; 0: the header is damaged
    std::uint64_t height = 0;
};

/// What a file is, by its first bytes; its name does not count.
RecognisedFile recognise(std::span<const std::uint8_t> file);

} // namespace orrery::media
