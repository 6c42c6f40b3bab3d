// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/density.h"

#include "widgets/scatter/internal/point_shapes.h"

#include <algorithm>
#include <cmath>

namespace orrery {

Density::Density(const std::vector<float> &positions, const std::vector<std::uint32_t> &looks, const QRectF &region,
                 const QSize &bins)
    : m_region(region), m_bins(bins), m_cells(std::size_t(bins.width()) * bins.height())
{
    const auto width = static_cast<float>(bins.width()), height = static_cast<float>(bins.height());
    const auto left = static_cast<float>(region.left()), bottom = static_cast<float>(region.top());
    const float toColumn = width / static_cast<float>(region.width());
    const float toLine = height / static_cast<float>(region.height());
    for (std::size_t row = 0; row < looks.size(); ++row) {
        float column = (positions[2 * row] - left) * toColumn, line = (positions[2 * row + 1] - bottom) * toLine;
        // What lies on the edges, or beside them by rounding, belongs to the bins there; NaN fails every comparison.
        constexpr float kRounding = 1e-3f;
        if (!(column >= -kRounding && column <= width + kRounding && line >= -kRounding && line <= height + kRounding))
            continue;
        column = std::clamp(column, 0.0f, width - 1), line = std::clamp(line, 0.0f, height - 1);
        Cell &cell = m_cells[static_cast<std::size_t>(line) * bins.width() + static_cast<std::size_t>(column)];
        const std::uint32_t look = looks[row];
        ++cell.count;
        if (PointLook::faded(look)) {
            ++cell.faded;
            const auto share = static_cast<float>(kFadedOpacity);
            cell.red += share * float(look & 255);
            cell.green += share * float(look >> 8 & 255);
            cell.blue += share * float(look >> 16 & 255);
        } else {
            cell.red += float(look & 255);
            cell.green += float(look >> 8 & 255);
            cell.blue += float(look >> 16 & 255);
        }
    }
}

std::int64_t Density::total() const
{
    std::int64_t total = 0;
    for (const Cell &cell : m_cells)
        total += cell.count;
    return total;
}

QImage Density::picture(double cover) const
{
    QImage image(m_bins, QImage::Format_RGBA8888_Premultiplied);
    const double open = std::log1p(-std::clamp(cover, 1e-6, 0.999));
    for (int line = 0; line < m_bins.height(); ++line) {
        const Cell *cells = m_cells.data() + std::size_t(m_bins.height() - 1 - line) * m_bins.width();
        uchar *pixel = image.scanLine(line);
        for (int column = 0; column < m_bins.width(); ++column, pixel += 4) {
            const Cell &cell = cells[column];
            if (cell.count == 0) {
                pixel[0] = pixel[1] = pixel[2] = pixel[3] = 0;
                continue;
            }
            const double weight = cell.count - cell.faded * (1 - kFadedOpacity);
            const double alpha = 1 - std::exp(open * weight);
            pixel[0] = static_cast<uchar>(cell.red / weight * alpha + 0.5);
            pixel[1] = static_cast<uchar>(cell.green / weight * alpha + 0.5);
            pixel[2] = static_cast<uchar>(cell.blue / weight * alpha + 0.5);
            pixel[3] = static_cast<uchar>(255 * alpha + 0.5);
        }
    }
    return image;
}

} // namespace orrery
