// SPDX-License-Identifier: Apache-2.0
// First frame of a GIF file. OpenCV 4.6 reads GIF only through GDAL, from a path, and without saying what is wrong.
// Source: Graphics Interchange Format, version 89a, CompuServe 1990.
#include "engine/core/error.h"
#include "engine/media/picture_decoder.h"
#include "engine/media/picture_readers.h"
#include "engine/media/row_sink.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace orrery::media {

namespace {

constexpr std::uint8_t kExtension = 0x21, kImage = 0x2C, kTrailer = 0x3B, kGraphicControl = 0xF9;

class GifFile
{
public:
    explicit GifFile(Bytes file) : m_file(file) {}

    std::uint8_t byte()
    {
        if (m_position >= m_file.size())
            throw Exception(ErrorCode::BadInput, "is truncated: the GIF file ends before its first frame does");
        return m_file[m_position++];
    }
    unsigned word()
    {
        const unsigned low = byte();
        return low | unsigned(byte()) << 8;
    }
    Bytes take(std::size_t count)
    {
        if (count > m_file.size() - m_position)
            m_position = m_file.size(), byte();
        m_position += count;
        return m_file.subspan(m_position - count, count);
    }
    /// Data sub-blocks up to the empty one, joined.
    std::vector<std::uint8_t> blocks()
    {
        std::vector<std::uint8_t> data;
        while (const std::uint8_t count = byte()) {
            const Bytes block = take(count);
            data.insert(data.end(), block.begin(), block.end());
        }
        return data;
    }

private:
    Bytes m_file;
    std::size_t m_position = 0;
};

/// Variable-length-code LZW, appendix F. @return colour indices, at most `count` of them.
std::vector<std::uint8_t> unpack(const std::vector<std::uint8_t> &data, unsigned minimumBits, std::size_t count)
{
    constexpr unsigned kCodes = 4096, kNone = kCodes;
    const unsigned clear = 1u << minimumBits, end = clear + 1;
    std::array<std::uint16_t, kCodes> prefix = {};
    std::array<std::uint8_t, kCodes> last = {}, first = {};
    for (unsigned code = 0; code < clear; ++code)
        last[code] = first[code] = std::uint8_t(code);

    std::vector<std::uint8_t> indices, reversed;
    unsigned bits = minimumBits + 1, next = end + 1, previous = kNone, buffer = 0, buffered = 0;
    std::size_t position = 0;
    while (indices.size() < count) {
        while (buffered < bits && position < data.size()) {
            buffer |= unsigned(data[position++]) << buffered;
            buffered += 8;
        }
        if (buffered < bits)
            break;
        const unsigned code = buffer & ((1u << bits) - 1);
        buffer >>= bits;
        buffered -= bits;
        if (code == end)
            break;
        if (code == clear) {
            bits = minimumBits + 1, next = end + 1, previous = kNone;
            continue;
        }
        if (code > next || (code == next && previous == kNone) || (previous == kNone && code > end))
            throw Exception(ErrorCode::BadInput, "is a damaged GIF file (a code that was not defined)");
        // The one code that may be used before it is complete: previous string + its own first colour.
        reversed.clear();
        unsigned at = code;
        if (code == next) {
            reversed.push_back(first[previous]);
            at = previous;
        }
        for (; at >= clear; at = prefix[at])
            reversed.push_back(last[at]);
        reversed.push_back(last[at]);
        indices.insert(indices.end(), reversed.rbegin(), reversed.rend());
        if (previous != kNone && next < kCodes) {
            prefix[next] = std::uint16_t(previous);
            last[next] = reversed.back();
            first[next] = first[previous];
            if (++next == 1u << bits && bits < 12)
                ++bits;
        }
        previous = code;
    }
    if (indices.size() < count)
        throw Exception(ErrorCode::BadInput, "is a damaged GIF file (its first frame has " +
                                                 std::to_string(indices.size()) + " of " + std::to_string(count) +
                                                 " pixels)");
    indices.resize(count);
    return indices;
}

/// Where row `i` of the file belongs.
std::vector<unsigned> rowOrder(unsigned height, bool interlaced)
{
    std::vector<unsigned> rows;
    if (interlaced) {
        constexpr std::array<std::array<unsigned, 2>, 4> kPasses = {{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
        for (const auto &[start, stride] : kPasses)
            for (unsigned row = start; row < height; row += stride)
                rows.push_back(row);
    } else {
        for (unsigned row = 0; row < height; ++row)
            rows.push_back(row);
    }
    return rows;
}

} // namespace

StoredPicture readGif(Bytes bytes)
{
    GifFile file(bytes);
    file.take(6); // "GIF87a" or "GIF89a", checked by the caller
    const unsigned canvasWidth = file.word(), canvasHeight = file.word();
    const unsigned flags = file.byte();
    file.take(2); // background colour (we have white), aspect
    const auto paletteOf = [&](unsigned fieldFlags) {
        return fieldFlags & 0x80 ? file.take(std::size_t(3) << ((fieldFlags & 7) + 1)) : Bytes();
    };
    const Bytes globalPalette = paletteOf(flags);

    int transparent = -1;
    for (;;) {
        const std::uint8_t what = file.byte();
        if (what == kTrailer)
            throw Exception(ErrorCode::BadInput, "holds no picture: the GIF file has no frame");
        if (what == kExtension) {
            const std::uint8_t label = file.byte();
            const std::vector<std::uint8_t> data = file.blocks();
            if (label == kGraphicControl && data.size() >= 4)
                transparent = data[0] & 1 ? data[3] : -1;
        } else if (what == kImage) {
            break;
        } else {
            throw Exception(ErrorCode::BadInput, "is a damaged GIF file (an unknown block)");
        }
    }
    const unsigned left = file.word(), top = file.word(), width = file.word(), height = file.word();
    const unsigned frameFlags = file.byte();
    const Bytes localPalette = paletteOf(frameFlags);
    const Bytes palette = localPalette.empty() ? globalPalette : localPalette;
    const unsigned minimumBits = file.byte();
    if (palette.empty() || minimumBits < 1 || minimumBits > 8 || width == 0 || height == 0 ||
        left + width > canvasWidth || top + height > canvasHeight)
        throw Exception(ErrorCode::BadInput, "is a damaged GIF file (its first frame does not fit the canvas of " +
                                                 sizeText(canvasWidth, canvasHeight) + " pixels, or has no palette)");
    if (std::uint64_t(canvasWidth) * canvasHeight > kLargestUnreducedPixels)
        throw Exception(ErrorCode::BadInput,
                        "is too large for a GIF file: " + sizeText(canvasWidth, canvasHeight) + " pixels");
    const std::vector<std::uint8_t> indices = unpack(file.blocks(), minimumBits, std::size_t(width) * height);

    std::vector<unsigned> storedRow(height);
    const std::vector<unsigned> order = rowOrder(height, frameFlags & 0x40);
    for (unsigned i = 0; i < height; ++i)
        storedRow[order[i]] = i;
    RowSink sink(canvasWidth, canvasHeight);
    std::vector<std::uint8_t> row(std::size_t(canvasWidth) * 3);
    for (unsigned y = 0; y < canvasHeight; ++y) {
        std::fill(row.begin(), row.end(), 255);
        for (unsigned x = 0; y >= top && y < top + height && x < width; ++x) {
            const int index = indices[std::size_t(storedRow[y - top]) * width + x];
            if (index == transparent || std::size_t(index) * 3 + 2 >= palette.size())
                continue;
            for (std::size_t c = 0; c < 3; ++c)
                row[std::size_t(left + x) * 3 + c] = palette[std::size_t(index) * 3 + c];
        }
        sink.addRow(row.data(), 3);
    }
    return {sink.take(), kUpright};
}

} // namespace orrery::media
