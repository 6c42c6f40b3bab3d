// SPDX-License-Identifier: Apache-2.0
/// Picture files made at run time, good and bad, for tests of decoders and of the command line.
#pragma once

#include "engine/api/picture.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::test {

using FileBytes = std::vector<std::uint8_t>;

/// Four quarters: red and green above, blue and yellow below. Sides must be even.
Picture quarters(int width, int height);

/// What a PNG file stores; `alpha` and `palette` as in IHDR's colour type.
struct PngOptions
{
    int bits = 8;
    bool grey = false;
    bool alpha = false;   ///< the right half gets alpha 128
    bool palette = false; ///< four colours; with `alpha` the last (yellow) is fully transparent
    bool interlaced = false;
    int orientation = 0; ///< EXIF; 0: no eXIf chunk
};
FileBytes pngFile(const Picture &picture, const PngOptions &options = {});

struct JpegOptions
{
    bool grey = false;
    bool cmyk = false; ///< inverted, with Adobe's marker, as Adobe's programs write it
    bool progressive = false;
    int orientation = 0; ///< EXIF; 0: no APP1 segment
};
FileBytes jpegFile(const Picture &picture, const JpegOptions &options = {});

/// Colours: 6 × 6 × 6 cube; `transparentRight` makes the right half transparent.
FileBytes gifFile(const Picture &picture, bool interlaced = false, bool transparentRight = false);

/// ".bmp", ".webp", ".tiff", ".ppm", through OpenCV.
FileBytes fileByOpenCv(const Picture &picture, const std::string &extension);

/// What OpenCV reads from a file: the same libjpeg by another way. Empty when it cannot.
Picture readByOpenCv(const FileBytes &file);

/// A PNG header that states this size, with pixels for one row only.
FileBytes pngThatLies(std::uint32_t width, std::uint32_t height);

/// A small EXIF block that holds the orientation and nothing else.
FileBytes exifBlock(int orientation, bool bigEndian);

} // namespace orrery::test
