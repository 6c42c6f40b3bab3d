// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/thumbnail_cache.h"

#include <algorithm>
#include <cmath>

namespace orrery {

namespace {

constexpr int kMost = 512;

} // namespace

QPixmap fitted(const QImage &image, int side, double dpr)
{
    if (image.isNull())
        return {};
    const int wanted = qRound(side * dpr), longest = std::max(image.width(), image.height());
    // Digits of 28 pixels stay sharp; whatever is larger than its place is made smaller smoothly.
    QImage scaled;
    if (longest * 2 <= wanted) {
        const int factor = wanted / longest;
        scaled = image.scaled(image.size() * factor, Qt::KeepAspectRatio, Qt::FastTransformation);
    } else {
        scaled = image.scaled(wanted, wanted, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    }
    QPixmap pixmap = QPixmap::fromImage(scaled);
    pixmap.setDevicePixelRatio(dpr);
    return pixmap;
}

void ThumbnailCache::setSource(std::function<QImage(std::int64_t)> source)
{
    m_source = std::move(source);
    m_pixmaps.clear();
}

QPixmap ThumbnailCache::get(std::int64_t row, int side, double dpr)
{
    if (!m_source || row < 0)
        return {};
    const QPair<std::int64_t, int> key(row, qRound(side * dpr));
    if (const auto found = m_pixmaps.constFind(key); found != m_pixmaps.constEnd())
        return *found;
    if (m_pixmaps.size() >= kMost)
        m_pixmaps.clear();
    return *m_pixmaps.insert(key, fitted(m_source(row), side, dpr));
}

} // namespace orrery
