// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QPixmap>

#include <cstdint>
#include <functional>

namespace orrery {

/// Pictures of points, scaled once to the size they are shown at.
class ThumbnailCache
{
public:
    void setSource(std::function<QImage(std::int64_t)> source);
    bool hasSource() const { return static_cast<bool>(m_source); }
    /// Null where a point has none. Small pictures are enlarged by whole multiples only, with sharp pixels.
    QPixmap get(std::int64_t row, int side, double dpr);

private:
    std::function<QImage(std::int64_t)> m_source;
    QHash<QPair<std::int64_t, int>, QPixmap> m_pixmaps;
};

/// A picture in a square, as large as it fits.
QPixmap fitted(const QImage &image, int side, double dpr);

} // namespace orrery
