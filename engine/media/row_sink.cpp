// SPDX-License-Identifier: Apache-2.0
#include "engine/media/row_sink.h"

#include "engine/core/error.h"
#include "engine/media/picture_decoder.h"

#include <algorithm>
#include <utility>

namespace orrery::media {

namespace {

std::string grouped(std::uint64_t number)
{
    std::string digits = std::to_string(number);
    for (int at = int(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(std::size_t(at), ",");
    return digits;
}

std::uint64_t divideUp(std::uint64_t a, std::uint64_t b)
{
    return (a + b - 1) / b;
}

std::uint8_t onWhite(unsigned colour, unsigned alpha)
{
    return std::uint8_t((colour * alpha + 255 * (255 - alpha) + 127) / 255);
}

} // namespace

std::string sizeText(std::uint64_t width, std::uint64_t height)
{
    return grouped(width) + " × " + grouped(height);
}

RowSink::RowSink(std::uint64_t width, std::uint64_t height) : m_width(width), m_height(height)
{
    if (width == 0 || height == 0)
        throw Exception(ErrorCode::BadInput, "has no pixels (" + sizeText(width, height) + ")");
    if (width > kLargestSourcePixels || height > kLargestSourcePixels || width * height > kLargestSourcePixels)
        throw Exception(ErrorCode::BadInput, "is too large: " + sizeText(width, height) + " pixels, expected at most " +
                                                 grouped(kLargestSourcePixels) + " in all");
    while (divideUp(width, m_factor) * divideUp(height, m_factor) > kLargestPicturePixels)
        ++m_factor;
    m_picture.width = int(divideUp(width, m_factor));
    m_picture.height = int(divideUp(height, m_factor));
    if (m_factor > 1)
        m_sums.assign(std::size_t(m_picture.width) * 3, 0);
}

void RowSink::addRow(const std::uint8_t *pixels, int channels)
{
    const auto pixelAt = [&](std::uint64_t x, int c) -> std::uint8_t {
        const std::uint8_t *pixel = pixels + x * std::uint64_t(channels);
        return channels == 4 ? onWhite(pixel[c], pixel[3]) : pixel[c];
    };
    // Grows with the rows that really arrive, so a header that lies costs nothing.
    if (m_factor == 1) {
        const std::size_t before = m_picture.rgb.size();
        m_picture.rgb.resize(before + std::size_t(m_width) * 3);
        std::uint8_t *out = m_picture.rgb.data() + before;
        for (std::uint64_t x = 0; x < m_width; ++x)
            for (int c = 0; c < 3; ++c)
                *out++ = pixelAt(x, c);
        ++m_rowsInBlock;
        return;
    }
    for (std::uint64_t x = 0; x < m_width; ++x)
        for (int c = 0; c < 3; ++c)
            m_sums[x / m_factor * 3 + std::uint64_t(c)] += pixelAt(x, c);
    if (++m_rowsInBlock == m_factor)
        flush();
}

void RowSink::flush()
{
    for (int x = 0; x < m_picture.width; ++x) {
        const std::uint64_t columns = std::min(m_factor, m_width - std::uint64_t(x) * m_factor);
        const std::uint64_t count = columns * m_rowsInBlock;
        for (std::size_t c = 0; c < 3; ++c)
            m_picture.rgb.push_back(std::uint8_t((m_sums[std::size_t(x) * 3 + c] + count / 2) / count));
    }
    std::fill(m_sums.begin(), m_sums.end(), 0);
    m_rowsInBlock = 0;
}

Picture RowSink::take()
{
    if (m_factor > 1 && m_rowsInBlock > 0)
        flush();
    return std::move(m_picture);
}

} // namespace orrery::media
