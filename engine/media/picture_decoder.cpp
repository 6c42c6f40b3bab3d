// SPDX-License-Identifier: Apache-2.0
#include "engine/media/picture_decoder.h"

#include "engine/core/error.h"
#include "engine/media/picture_kind.h"
#include "engine/media/picture_readers.h"
#include "engine/media/row_sink.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <new>
#include <sys/stat.h>
#include <unistd.h>

namespace orrery {

using namespace media;

namespace {

constexpr const char *kReadFormats = "PNG, JPEG, WebP, GIF, BMP, TIFF or PNM";

std::vector<std::uint8_t> readFile(const std::string &path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe must not hang us
    if (descriptor < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            throw Exception(ErrorCode::NotFound, path + ": there is no such file");
        throw Exception(ErrorCode::BadInput, path + ": cannot be opened (" + std::strerror(errno) + ")");
    }
    const std::unique_ptr<const int, void (*)(const int *)> closer(&descriptor, [](const int *d) { ::close(*d); });
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0)
        throw Exception(ErrorCode::BadInput, path + ": cannot be read (" + std::strerror(errno) + ")");
    if (S_ISDIR(status.st_mode))
        throw Exception(ErrorCode::BadInput, path + ": is a folder, expected a picture file");
    if (!S_ISREG(status.st_mode))
        throw Exception(ErrorCode::BadInput, path + ": is not a regular file, expected a picture file");
    if (status.st_size == 0)
        throw Exception(ErrorCode::BadInput, path + ": is empty, expected a picture file");
    if (std::uint64_t(status.st_size) > kLargestPictureFileBytes)
        throw Exception(ErrorCode::BadInput, path + ": is too large for a picture file (" +
                                                 std::to_string(status.st_size / 1'000'000) + " MB, expected at most " +
                                                 std::to_string(kLargestPictureFileBytes / 1'000'000) + ")");
    std::vector<std::uint8_t> bytes(std::size_t(status.st_size));
    std::size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t got = ::read(descriptor, bytes.data() + have, bytes.size() - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            throw Exception(ErrorCode::BadInput, path + ": cannot be read (" + std::strerror(errno) + ")");
        if (got == 0)
            break; // it shrank while we read; the format's reader will say that it is truncated
        have += std::size_t(got);
    }
    bytes.resize(have);
    return bytes;
}

void checkUnreducedSize(const RecognisedFile &found)
{
    if (found.width == 0 || found.height == 0)
        throw Exception(ErrorCode::BadInput, "is damaged or truncated: its header states no size");
    if (found.width > kLargestUnreducedPixels || found.height > kLargestUnreducedPixels ||
        found.width * found.height > kLargestUnreducedPixels)
        throw Exception(ErrorCode::BadInput, "is too large for its format: " + sizeText(found.width, found.height) +
                                                 " pixels; save it as PNG or JPEG");
}

std::uint32_t little32(const std::vector<std::uint8_t> &bytes, std::size_t at)
{
    return std::uint32_t(bytes[at]) | std::uint32_t(bytes[at + 1]) << 8 | std::uint32_t(bytes[at + 2]) << 16 |
           std::uint32_t(bytes[at + 3]) << 24;
}

/// Walks the chunks of a WebP file (RFC 9649, section 2.3): lengths, and the EXIF block when there is one.
int checkWebP(const std::vector<std::uint8_t> &bytes)
{
    int orientation = kUpright;
    const std::size_t stated = std::size_t(8) + (bytes.size() >= 12 ? little32(bytes, 4) : 0);
    if (bytes.size() < 20 || stated > bytes.size())
        throw Exception(ErrorCode::BadInput, "is truncated: " + std::to_string(bytes.size()) + " of " +
                                                 std::to_string(stated) + " bytes of the WebP file are there");
    for (std::size_t at = 12; at + 8 <= stated;) {
        const std::size_t length = little32(bytes, at + 4);
        if (length > stated - at - 8)
            throw Exception(ErrorCode::BadInput, "is a damaged WebP file (a chunk is longer than the file)");
        if (std::memcmp(bytes.data() + at, "EXIF", 4) == 0) {
            std::span<const std::uint8_t> block(bytes.data() + at + 8, length);
            // Some programs keep JPEG's prefix.
            if (length > 6 && std::memcmp(block.data(), "Exif\0\0", 6) == 0)
                block = block.subspan(6);
            orientation = exifOrientation(block);
        }
        at += 8 + length + (length & 1);
    }
    return orientation;
}

StoredPicture readStored(const std::vector<std::uint8_t> &bytes)
{
    if (bytes.empty())
        throw Exception(ErrorCode::BadInput, "is empty, expected a picture file");
    const RecognisedFile found = recognise(bytes);
    switch (found.kind) {
    case PictureKind::Png:
        return readPng(bytes);
    case PictureKind::Jpeg:
        return readJpeg(bytes);
    case PictureKind::Gif:
        return readGif(bytes);
    case PictureKind::WebP: {
        const int orientation = checkWebP(bytes);
        checkUnreducedSize(found);
        StoredPicture stored = readWithOpenCv(bytes, false);
        stored.orientation = orientation;
        return stored;
    }
    case PictureKind::Bmp:
    case PictureKind::Tiff: // OpenCV turns TIFF files upright itself
    case PictureKind::Pnm:
        checkUnreducedSize(found);
        return readWithOpenCv(bytes, found.kind == PictureKind::Bmp);
    case PictureKind::Unsupported:
        throw Exception(ErrorCode::Unsupported,
                        "is " + found.name + ", which is not supported; save it as PNG or JPEG");
    case PictureKind::Unknown:
        break;
    }
    throw Exception(ErrorCode::BadInput, std::string("is not a picture, expected ") + kReadFormats);
}

} // namespace

Picture decodePicture(const std::vector<std::uint8_t> &bytes, const std::string &name)
{
    try {
        StoredPicture stored = readStored(bytes);
        return turnedUpright(std::move(stored.picture), stored.orientation);
    } catch (const Exception &exception) {
        throw Exception(exception.code(), name + ": " + exception.what(), exception.context());
    } catch (const std::bad_alloc &) {
        throw Exception(ErrorCode::OutOfMemory, name + ": there is not enough memory to read this picture");
    }
}

Picture decodePicture(const std::string &path)
{
    return decodePicture(readFile(path), path);
}

std::vector<std::pair<std::string, std::string>> pictureTexts(const std::string &path)
{
    const std::vector<std::uint8_t> bytes = readFile(path);
    if (recognise(bytes).kind != PictureKind::Png)
        return {};
    try {
        return readPngTexts(bytes);
    } catch (const Exception &exception) {
        throw Exception(exception.code(), path + ": " + exception.what(), exception.context());
    }
}

} // namespace orrery
