// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/picture.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::media {

/// Collects the rows of a picture from top to bottom, and reduces it by a whole factor on the way when it is larger
/// than kLargestPicturePixels: every pixel of the result is the mean of factor × factor pixels (fewer at the right and
/// lower edge).
class RowSink
{
public:
    /// @throws Exception{BadInput} when the picture has more than kLargestSourcePixels.
    RowSink(std::uint64_t width, std::uint64_t height);

    std::uint64_t width() const { return m_width; }
    std::uint64_t height() const { return m_height; }

    /// One row of `width` pixels, RGB or, with 4 channels, RGBA that is composed on white.
    void addRow(const std::uint8_t *pixels, int channels);
    /// Call after `height` rows.
    Picture take();

private:
    void flush();
    std::uint64_t m_width, m_height;
    std::uint64_t m_factor = 1;
    std::uint64_t m_rowsInBlock = 0;
    std::vector<std::uint64_t> m_sums; // of the block row being read; empty when nothing is reduced
    Picture m_picture;
};

/// "30,000 × 2,000"
std::string sizeText(std::uint64_t width, std::uint64_t height);

} // namespace orrery::media
