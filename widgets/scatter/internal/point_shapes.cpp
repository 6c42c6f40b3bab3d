// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/point_shapes.h"

#include <algorithm>
#include <cmath>

namespace orrery {

double shapeDistance(int shape, double x, double y, double radius)
{
    const auto bar = [](double px, double py, double width, double height) {
        return std::max(std::fabs(px) - width, std::fabs(py) - height);
    };
    // Sizes are such that all shapes cover about the same area.
    switch (shape) {
    case 1:
        return std::max(std::fabs(x), std::fabs(y)) - radius * 0.88;
    case 2:
        return std::max(y, std::fabs(x) * 0.8660 - y * 0.5) - radius * 0.68;
    case 3:
        return (std::fabs(x) + std::fabs(y)) * 0.7071 - radius * 0.92;
    case 4:
        return std::max(-y, std::fabs(x) * 0.8660 + y * 0.5) - radius * 0.68;
    case 5:
        return std::min(bar(x, y, radius * 1.15, radius * 0.45), bar(x, y, radius * 0.45, radius * 1.15));
    default:
        return std::hypot(x, y) - radius;
    }
}

QColor ringColour(const QColor &fill, const QColor &text)
{
    const auto channel = [](int a, int b) { return a + (b - a) * 45 / 100; };
    return QColor(channel(fill.red(), text.red()), channel(fill.green(), text.green()),
                  channel(fill.blue(), text.blue()));
}

void drawPoint(QPainter &painter, const QPointF &centre, double radius, int shape, const QColor &fill,
               const QColor &text)
{
    // By the same distances as the map's pixels, so that the legend cannot differ from it.
    const double dpr = painter.device()->devicePixelRatioF();
    const int half = static_cast<int>(std::ceil(radius * 1.4)) + 2, side = static_cast<int>(std::ceil(2 * half * dpr));
    QImage image(side, side, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    const QColor ring = ringColour(fill, text);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const double d = shapeDistance(shape, x + 0.5 - side / 2.0, y + 0.5 - side / 2.0, radius * dpr);
            const double cover = std::clamp(0.5 - d, 0.0, 1.0), edge = std::clamp(d + 0.5 + dpr, 0.0, 1.0);
            const auto channel = [&](int a, int b) {
                return static_cast<int>(std::lround((a + (b - a) * edge) * cover));
            };
            image.setPixel(x, y,
                           qRgba(channel(fill.red(), ring.red()), channel(fill.green(), ring.green()),
                                 channel(fill.blue(), ring.blue()), static_cast<int>(std::lround(cover * 255))));
        }
    painter.drawImage(QRectF(centre.x() - side / dpr / 2, centre.y() - side / dpr / 2, side / dpr, side / dpr), image);
}

} // namespace orrery
