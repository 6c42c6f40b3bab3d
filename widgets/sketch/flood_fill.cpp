// SPDX-License-Identifier: Apache-2.0
#include "widgets/sketch/flood_fill.h"

#include <cstdlib>
#include <vector>

namespace orrery {

namespace {

bool near(QRgb a, QRgb b, int tolerance)
{
    return std::abs(qRed(a) - qRed(b)) <= tolerance && std::abs(qGreen(a) - qGreen(b)) <= tolerance &&
           std::abs(qBlue(a) - qBlue(b)) <= tolerance;
}

/// Pixels of the region, row by row; 1 inside.
std::vector<std::uint8_t> connectedRegion(const QImage &image, QPoint seed, int tolerance)
{
    const int width = image.width();
    const int height = image.height();
    std::vector<std::uint8_t> inside(static_cast<std::size_t>(width) * height, 0);
    const QRgb target = image.pixel(seed);
    std::vector<QPoint> open{seed};
    while (!open.empty()) {
        const QPoint p = open.back();
        open.pop_back();
        const auto *line = reinterpret_cast<const QRgb *>(image.constScanLine(p.y()));
        std::uint8_t *row = inside.data() + static_cast<std::size_t>(p.y()) * width;
        if (row[p.x()])
            continue;
        int left = p.x();
        while (left > 0 && !row[left - 1] && near(line[left - 1], target, tolerance))
            --left;
        int right = p.x();
        while (right + 1 < width && !row[right + 1] && near(line[right + 1], target, tolerance))
            ++right;
        std::fill(row + left, row + right + 1, std::uint8_t{1});
        for (const int y : {p.y() - 1, p.y() + 1}) {
            if (y < 0 || y >= height)
                continue;
            const auto *other = reinterpret_cast<const QRgb *>(image.constScanLine(y));
            const std::uint8_t *seen = inside.data() + static_cast<std::size_t>(y) * width;
            bool inRun = false;
            for (int x = left; x <= right; ++x) {
                const bool fits = !seen[x] && near(other[x], target, tolerance);
                if (fits && !inRun)
                    open.push_back({x, y});
                inRun = fits;
            }
        }
    }
    return inside;
}

} // namespace

QRect floodFill(QImage &image, QPoint seed, QColor colour, int tolerance)
{
    Q_ASSERT(image.format() == QImage::Format_RGB32);
    if (!image.rect().contains(seed) || image.pixel(seed) == (colour.rgb() | 0xff000000u))
        return {};
    const int width = image.width();
    const int height = image.height();
    const std::vector<std::uint8_t> inside = connectedRegion(image, seed, tolerance);
    const auto at = [&](int x, int y) {
        return x >= 0 && y >= 0 && x < width && y < height && inside[static_cast<std::size_t>(y) * width + x];
    };
    QRect changed;
    for (int y = 0; y < height; ++y) {
        auto *line = reinterpret_cast<QRgb *>(image.scanLine(y));
        for (int x = 0; x < width; ++x) {
            if (at(x, y) || at(x - 1, y) || at(x + 1, y) || at(x, y - 1) || at(x, y + 1)) {
                line[x] = colour.rgb() | 0xff000000u;
                changed = changed.united(QRect(x, y, 1, 1));
            }
        }
    }
    return changed;
}

} // namespace orrery
