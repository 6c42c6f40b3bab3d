// SPDX-License-Identifier: Apache-2.0
#include "engine/media/exif.h"

#include <cstddef>
#include <utility>

namespace orrery::media {

namespace {

class TiffBlock
{
public:
    explicit TiffBlock(std::span<const std::uint8_t> bytes) : m_bytes(bytes), m_big(bytes.size() > 1 && bytes[0] == 'M')
    {}

    bool has(std::size_t offset, std::size_t count) const
    {
        return offset <= m_bytes.size() && count <= m_bytes.size() - offset;
    }
    std::uint32_t u16(std::size_t offset) const
    {
        const std::uint32_t a = m_bytes[offset], b = m_bytes[offset + 1];
        return m_big ? a << 8 | b : b << 8 | a;
    }
    std::uint32_t u32(std::size_t offset) const
    {
        return m_big ? u16(offset) << 16 | u16(offset + 2) : u16(offset + 2) << 16 | u16(offset);
    }

private:
    std::span<const std::uint8_t> m_bytes;
    bool m_big;
};

} // namespace

int exifOrientation(std::span<const std::uint8_t> bytes)
{
    constexpr std::uint32_t kOrientationTag = 274, kShort = 3;
    const TiffBlock block(bytes);
    if (!block.has(0, 8) || bytes[0] != bytes[1] || (bytes[0] != 'I' && bytes[0] != 'M') || block.u16(2) != 42)
        return kUpright;
    const std::size_t directory = block.u32(4);
    if (!block.has(directory, 2))
        return kUpright;
    const std::uint32_t entries = block.u16(directory);
    for (std::uint32_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + std::size_t(12) * i;
        if (!block.has(entry, 12))
            break;
        if (block.u16(entry) != kOrientationTag)
            continue;
        const std::uint32_t value = block.u16(entry + 2) == kShort ? block.u16(entry + 8) : 0;
        return value >= 1 && value <= 8 ? int(value) : kUpright;
    }
    return kUpright;
}

Picture turnedUpright(Picture picture, int orientation)
{
    if (orientation <= kUpright || orientation > 8)
        return picture;
    const bool swapsAxes = orientation >= 5;
    // Where the upright picture's (x, y) lies in the stored one: mirrored in x, in y, or with the axes exchanged.
    const bool mirrorX = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool mirrorY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    Picture upright;
    upright.width = swapsAxes ? picture.height : picture.width;
    upright.height = swapsAxes ? picture.width : picture.height;
    upright.rgb.resize(picture.rgb.size());
    std::uint8_t *out = upright.rgb.data();
    for (int y = 0; y < upright.height; ++y) {
        for (int x = 0; x < upright.width; ++x, out += 3) {
            int storedX = swapsAxes ? y : x, storedY = swapsAxes ? x : y;
            if (mirrorX)
                storedX = picture.width - 1 - storedX;
            if (mirrorY)
                storedY = picture.height - 1 - storedY;
            const std::uint8_t *in = picture.rgb.data() + (std::size_t(storedY) * picture.width + storedX) * 3;
            out[0] = in[0], out[1] = in[1], out[2] = in[2];
        }
    }
    return upright;
}

} // namespace orrery::media
