// SPDX-License-Identifier: Apache-2.0
#include "engine/media/picture_kind.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace orrery::media {

namespace {

/// Reads of numbers outside the file give 0.
class Header
{
public:
    explicit Header(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}

    std::uint64_t u8(std::uint64_t at) const { return at < m_bytes.size() ? m_bytes[at] : 0; }
    std::uint64_t little(std::uint64_t at, unsigned count) const
    {
        std::uint64_t value = 0;
        for (unsigned i = 0; i < count; ++i)
            value |= u8(at + i) << (8 * i);
        return value;
    }
    std::uint64_t big(std::uint64_t at, unsigned count) const
    {
        std::uint64_t value = 0;
        for (unsigned i = 0; i < count; ++i)
            value = value << 8 | u8(at + i);
        return value;
    }
    bool is(std::uint64_t at, std::string_view text) const
    {
        return at <= m_bytes.size() && text.size() <= m_bytes.size() - at &&
               std::equal(text.begin(), text.end(), m_bytes.begin() + std::ptrdiff_t(at),
                          [](char c, std::uint8_t b) { return std::uint8_t(c) == b; });
    }
    std::uint64_t size() const { return m_bytes.size(); }

private:
    std::span<const std::uint8_t> m_bytes;
};

using namespace std::string_view_literals;

// RFC 9649, section 2.
void measureWebP(const Header &file, RecognisedFile &found)
{
    if (file.is(12, "VP8X")) {
        if (file.u8(20) & 2) {
            found.kind = PictureKind::Unsupported;
            found.name = "an animated WebP picture";
        }
        found.width = file.little(24, 3) + 1;
        found.height = file.little(27, 3) + 1;
    } else if (file.is(12, "VP8L") && file.u8(20) == 0x2F) {
        const std::uint64_t bits = file.little(21, 4);
        found.width = (bits & 0x3FFF) + 1;
        found.height = (bits >> 14 & 0x3FFF) + 1;
    } else if (file.is(12, "VP8 ") && file.is(23, "\x9d\x01\x2a")) {
        found.width = file.little(26, 2) & 0x3FFF;
        found.height = file.little(28, 2) & 0x3FFF;
    }
}

void measureBmp(const Header &file, RecognisedFile &found)
{
    const bool core = file.little(14, 4) == 12; // OS/2
    const auto height = std::int32_t(file.little(22, 4));
    found.width = core ? file.little(18, 2) : file.little(18, 4);
    found.height = core ? file.little(20, 2) : std::uint64_t(height < 0 ? -std::int64_t(height) : height);
}

// TIFF 6.0, section 2: first directory, tags 256 and 257, each SHORT (3) or LONG (4).
void measureTiff(const Header &file, RecognisedFile &found)
{
    const bool isBig = file.u8(0) == 'M';
    const auto number = [&](std::uint64_t at, unsigned count) {
        return isBig ? file.big(at, count) : file.little(at, count);
    };
    const std::uint64_t directory = number(4, 4);
    const std::uint64_t entries = number(directory, 2);
    for (std::uint64_t i = 0; i < entries; ++i) {
        const std::uint64_t entry = directory + 2 + 12 * i;
        const std::uint64_t tag = number(entry, 2);
        const std::uint64_t value = number(entry + 8, number(entry + 2, 2) == 3 ? 2 : 4);
        if (tag == 256)
            found.width = value;
        else if (tag == 257)
            found.height = value;
    }
}

// netpbm's pnm(5): magic, then numbers parted by white space and comments.
void measurePnm(const Header &file, RecognisedFile &found)
{
    std::uint64_t at = 2;
    for (std::uint64_t *number : {&found.width, &found.height}) {
        while (at < file.size() && (std::isspace(int(file.u8(at))) || file.u8(at) == '#')) {
            const bool comment = file.u8(at) == '#';
            ++at;
            while (comment && at < file.size() && file.u8(at) != '\n')
                ++at;
        }
        while (at < file.size() && std::isdigit(int(file.u8(at))) && *number < 1'000'000'000'000)
            *number = *number * 10 + (file.u8(at++) - '0');
    }
}

bool looksLikeSvg(const Header &file)
{
    for (std::uint64_t at = 0; at < std::min<std::uint64_t>(file.size(), 1024); ++at)
        if (file.is(at, "<svg"))
            return true;
    return false;
}

} // namespace

RecognisedFile recognise(std::span<const std::uint8_t> bytes)
{
    const Header file(bytes);
    RecognisedFile found;
    const auto unsupported = [&](const char *name) {
        found.kind = PictureKind::Unsupported;
        found.name = name;
    };
    if (file.is(0, "\x89PNG\r\n\x1a\n")) {
        found.kind = PictureKind::Png;
    } else if (file.is(0, "\xff\xd8\xff")) {
        found.kind = PictureKind::Jpeg;
    } else if (file.is(0, "GIF87a") || file.is(0, "GIF89a")) {
        found.kind = PictureKind::Gif;
    } else if (file.is(0, "RIFF") && file.is(8, "WEBP")) {
        found.kind = PictureKind::WebP;
        measureWebP(file, found);
    } else if (file.is(0, "BM") && file.size() > 26 && file.little(14, 4) <= 256) {
        found.kind = PictureKind::Bmp;
        measureBmp(file, found);
    } else if (file.is(0, "II*\0"sv) || file.is(0, "MM\0*"sv)) {
        found.kind = PictureKind::Tiff;
        measureTiff(file, found);
    } else if (file.u8(0) == 'P' && file.u8(1) >= '1' && file.u8(1) <= '6' && std::isspace(int(file.u8(2)))) {
        found.kind = PictureKind::Pnm;
        measurePnm(file, found);
    } else if (file.is(4, "ftypavif") || file.is(4, "ftypavis")) {
        unsupported("an AVIF picture");
    } else if (file.is(4, "ftyphei") || file.is(4, "ftyphev") || file.is(4, "ftypmif1") || file.is(4, "ftypmsf1")) {
        unsupported("a HEIC picture");
    } else if (file.is(4, "ftyp")) {
        unsupported("a film");
    } else if (file.is(0, "\xff\x0a") || file.is(4, "JXL ")) {
        unsupported("a JPEG XL picture");
    } else if (file.is(4, "jP  ") || file.is(0, "\xff\x4f\xff\x51")) {
        unsupported("a JPEG 2000 picture");
    } else if (file.is(0, "8BPS")) {
        unsupported("a Photoshop picture");
    } else if (file.is(0, "\0\0\1\0"sv)) {
        unsupported("a Windows icon");
    } else if (file.is(0, "v/1\x01")) {
        unsupported("an OpenEXR picture");
    } else if (file.is(0, "#?RADIANCE")) {
        unsupported("a Radiance picture");
    } else if (file.is(0, "%PDF")) {
        unsupported("a PDF document");
    } else if (looksLikeSvg(file)) {
        unsupported("an SVG drawing");
    }
    return found;
}

} // namespace orrery::media
