// SPDX-License-Identifier: Apache-2.0
#include "engine/image/resample.h"

#include "engine/core/error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace orrery {
namespace {

constexpr int kFractionBits = 22; // 32 bits less 8 for the pixel and 2 for weights that overshoot

double weightAt(Filter filter, double x)
{
    x = std::abs(x);
    if (filter == Filter::Bilinear)
        return x < 1 ? 1 - x : 0;
    constexpr double a = -0.5;
    if (x < 1)
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    if (x < 2)
        return (((x - 5) * x + 8) * x - 4) * a;
    return 0;
}

/// For every output pixel from `first` on: where its window starts, and the weights of the window.
struct Windows
{
    std::vector<int> start, count;
    std::vector<std::int32_t> weights; ///< [outputs][widest]
    int widest = 0;

    const std::int32_t *of(int output) const { return weights.data() + std::size_t(output) * std::size_t(widest); }
};

Windows makeWindows(int inputSize, int outputSize, int first, int outputs, Filter filter)
{
    const double scale = double(inputSize) / outputSize;
    const double filterScale = std::max(scale, 1.0);
    const double support = (filter == Filter::Bilinear ? 1.0 : 2.0) * filterScale;
    Windows windows;
    windows.widest = int(std::ceil(support)) * 2 + 1;
    windows.start.resize(std::size_t(outputs));
    windows.count.resize(std::size_t(outputs));
    windows.weights.assign(std::size_t(outputs) * std::size_t(windows.widest), 0);
    std::vector<double> exact(std::size_t(windows.widest));
    for (int i = 0; i < outputs; ++i) {
        const double center = (first + i + 0.5) * scale;
        const double inverse = 1.0 / filterScale;
        const int start = std::max(0, int(center - support + 0.5));
        const int count = std::min(inputSize, int(center + support + 0.5)) - start;
        double sum = 0;
        for (int x = 0; x < count; ++x) {
            exact[std::size_t(x)] = weightAt(filter, (x + start - center + 0.5) * inverse);
            sum += exact[std::size_t(x)];
        }
        windows.start[std::size_t(i)] = start;
        windows.count[std::size_t(i)] = count;
        std::int32_t *weights = windows.weights.data() + std::size_t(i) * std::size_t(windows.widest);
        for (int x = 0; x < count; ++x) {
            double weight = exact[std::size_t(x)];
            if (sum != 0)
                weight /= sum;
            weights[x] = int((weight < 0 ? -0.5 : 0.5) + weight * (1 << kFractionBits));
        }
    }
    return windows;
}

std::uint8_t toByte(std::int32_t sum)
{
    return std::uint8_t(std::clamp(sum >> kFractionBits, 0, 255));
}

void check(const Picture &picture)
{
    const auto expected = std::size_t(std::max(0, picture.width)) * std::size_t(std::max(0, picture.height)) * 3;
    if (expected == 0 || picture.rgb.size() != expected)
        throw Exception(ErrorCode::BadInput, "A picture holds " + std::to_string(picture.rgb.size()) +
                                                 " bytes, expected " + std::to_string(picture.width) + " × " +
                                                 std::to_string(picture.height) + " × 3");
}

Picture cut(const Picture &picture, PixelRegion region)
{
    Picture result{region.width, region.height, {}};
    for (int y = 0; y < region.height; ++y) {
        const auto row = picture.rgb.begin() + (std::ptrdiff_t(region.top + y) * picture.width + region.left) * 3;
        result.rgb.insert(result.rgb.end(), row, row + std::ptrdiff_t(region.width) * 3);
    }
    return result;
}

/// First input pixel that any window needs, and one past the last.
struct Extent
{
    int begin = 0, end = 0;
};

Extent extentOf(const Windows &windows)
{
    Extent extent{windows.start.front(), 0};
    for (std::size_t i = 0; i < windows.start.size(); ++i) {
        extent.begin = std::min(extent.begin, windows.start[i]);
        extent.end = std::max(extent.end, windows.start[i] + windows.count[i]);
    }
    return extent;
}

/// Every row becomes one pixel per window. `offset`: input column that the first column of the picture is.
Picture resizeRows(const Picture &picture, const Windows &windows, int offset)
{
    const int width = int(windows.start.size());
    Picture result{width, picture.height, {}};
    result.rgb.resize(std::size_t(width) * std::size_t(picture.height) * 3);
    std::uint8_t *output = result.rgb.data();
    for (int y = 0; y < picture.height; ++y) {
        const std::uint8_t *input = picture.rgb.data() + std::size_t(y) * std::size_t(picture.width) * 3;
        for (int x = 0; x < width; ++x) {
            const std::int32_t *weights = windows.of(x);
            const std::uint8_t *window = input + std::size_t(windows.start[std::size_t(x)] - offset) * 3;
            const int count = windows.count[std::size_t(x)];
            std::int32_t red = 1 << (kFractionBits - 1), green = red, blue = red;
            for (int k = 0; k < count; ++k) {
                red += window[3 * k] * weights[k];
                green += window[3 * k + 1] * weights[k];
                blue += window[3 * k + 2] * weights[k];
            }
            *output++ = toByte(red);
            *output++ = toByte(green);
            *output++ = toByte(blue);
        }
    }
    return result;
}

/// The same for columns. `offset`: input row that the first row of the picture is.
Picture resizeColumns(const Picture &picture, const Windows &windows, int offset)
{
    const int height = int(windows.start.size());
    const std::size_t stride = std::size_t(picture.width) * 3;
    Picture result{picture.width, height, {}};
    result.rgb.resize(stride * std::size_t(height));
    std::vector<std::int32_t> sums(stride);
    for (int y = 0; y < height; ++y) {
        // Row by row, so that memory is read in its order.
        std::fill(sums.begin(), sums.end(), 1 << (kFractionBits - 1));
        const std::int32_t *weights = windows.of(y);
        const int first = windows.start[std::size_t(y)] - offset;
        for (int k = 0; k < windows.count[std::size_t(y)]; ++k) {
            const std::uint8_t *row = picture.rgb.data() + std::size_t(first + k) * stride;
            for (std::size_t x = 0; x < stride; ++x)
                sums[x] += row[x] * weights[k];
        }
        std::uint8_t *output = result.rgb.data() + std::size_t(y) * stride;
        for (std::size_t x = 0; x < stride; ++x)
            output[x] = toByte(sums[x]);
    }
    return result;
}

} // namespace

Picture resizeRegion(const Picture &picture, PixelSize size, PixelRegion region, Filter filter)
{
    check(picture);
    if (region.width <= 0 || region.height <= 0)
        return {};
    const bool wide = size.width != picture.width, high = size.height != picture.height;
    Windows horizontal, vertical;
    Extent columns{region.left, region.left + region.width}, rows{region.top, region.top + region.height};
    if (wide) {
        horizontal = makeWindows(picture.width, size.width, region.left, region.width, filter);
        columns = extentOf(horizontal);
    }
    if (high) {
        vertical = makeWindows(picture.height, size.height, region.top, region.height, filter);
        rows = extentOf(vertical);
    }
    Picture result = cut(picture, {columns.begin, rows.begin, columns.end - columns.begin, rows.end - rows.begin});
    // Pillow 13 makes the rows first where the height loses more than twice as many pixels as the width; the order
    // shows in the last bits because the result between the passes is rounded. (Pillow before 13: columns always last.)
    const std::int64_t lostRows = std::int64_t(picture.height) - size.height;
    const bool verticalFirst = lostRows > 0 && lostRows > 2 * (std::int64_t(picture.width) - size.width);
    if (high && verticalFirst)
        result = resizeColumns(result, vertical, rows.begin);
    if (wide)
        result = resizeRows(result, horizontal, columns.begin);
    if (high && !verticalFirst)
        result = resizeColumns(result, vertical, rows.begin);
    return result;
}

Picture resize(const Picture &picture, PixelSize size, Filter filter)
{
    return resizeRegion(picture, size, {0, 0, size.width, size.height}, filter);
}

} // namespace orrery
