// SPDX-License-Identifier: Apache-2.0
/// Pictures and sound, as the engine sees them without OpenCV, libsndfile and PortAudio. Implemented by engine/media
/// (liborrery_media.so), which is opened with RTLD_LOCAL after LibTorch because Debian's OpenCV brings a slow BLAS
/// (DESIGN section 2).
#pragma once

#include "engine/api/picture.h"
#include "engine/api/sound.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

/// Reads and writes picture files. Stateless. Thread: any, several at a time.
class PictureDecoder
{
public:
    virtual ~PictureDecoder() = default;

    /// Reads a file: turned upright by its EXIF orientation, composed on white, 8 bits a channel.
    /// @throws Exception{NotFound} when there is no such file, Exception{BadInput} when it is damaged, too large or
    ///         not a picture; the message names the file and says what is wrong with it.
    virtual Picture decode(const std::string &path) = 0;

    /// The same for bytes at hand. @param name what errors call them
    virtual Picture decode(const std::vector<std::uint8_t> &bytes, const std::string &name) = 0;

    /// Encodes as PNG. @param texts keyword → text, written as iTXt chunks (a recipe travels in its picture)
    /// @throws Exception{BadInput} for an empty picture or one whose buffer has another size than it says
    virtual std::vector<std::uint8_t> encodePng(const Picture &picture,
                                                const std::vector<std::pair<std::string, std::string>> &texts = {}) = 0;

    /// Texts of a PNG file, keyword → text, of all kinds of text chunks before the pixels; none in other formats.
    /// @throws as decode
    virtual std::vector<std::pair<std::string, std::string>> texts(const std::string &path) = 0;
};

/// Everything that liborrery_media.so offers.
class MediaServices
{
public:
    virtual ~MediaServices() = default;
    virtual PictureDecoder &pictures() = 0;
    virtual SoundFiles &soundFiles() = 0;
    virtual SoundDevices &soundDevices() = 0;
};

/// Exported by liborrery_media.so as `orreryCreateMedia`. The caller owns the object and never unloads the library.
using CreateMedia = MediaServices *(*)();

} // namespace orrery
