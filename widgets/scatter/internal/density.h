// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/point_colours.h"

#include <QImage>
#include <QRectF>
#include <QSize>

namespace orrery {

/// How many points lie in each bin of a region, and the mixture of their colours. Thread: any; made on a worker.
class Density
{
public:
    Density(const std::vector<float> &positions, const std::vector<std::uint32_t> &looks, const QRectF &region,
            const QSize &bins);

    const QRectF &region() const { return m_region; }
    const QSize &bins() const { return m_bins; }
    std::int64_t total() const; ///< points in the region
    std::int64_t at(int column, int line) const { return m_cells[std::size_t(line) * m_bins.width() + column].count; }

    /// The picture that so many points make upon each other, in the mean: a bin of n points is covered to
    /// 1 − (1 − c)^n, where c is what one point covers of a bin. So it continues what is drawn singly without a seam.
    ///
    /// @param cover  share of a bin that one point covers, times its opacity
    /// @return premultiplied, top line first
    QImage picture(double cover) const;

private:
    struct Cell
    {
        std::uint32_t count = 0, faded = 0;
        float red = 0, green = 0, blue = 0;
    };
    QRectF m_region;
    QSize m_bins;
    std::vector<Cell> m_cells; ///< line by line, the lowest y first
};

} // namespace orrery
