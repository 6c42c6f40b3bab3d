// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/lasso.h"

#include <algorithm>

namespace orrery {

std::vector<std::int64_t> rowsInside(const std::vector<float> &positions, const QPolygonF &outline)
{
    std::vector<std::int64_t> rows;
    if (outline.size() < 3)
        return rows;
    const QRectF box = outline.boundingRect();
    constexpr int kBands = 256;
    std::vector<std::vector<int>> edges(kBands);
    const auto bandOf = [&](double y) {
        return std::clamp(static_cast<int>((y - box.top()) / std::max(box.height(), 1e-300) * kBands), 0, kBands - 1);
    };
    const auto corners = static_cast<int>(outline.size());
    for (int i = 0; i < corners; ++i) {
        const double y0 = outline[i].y(), y1 = outline[(i + 1) % corners].y();
        for (int band = bandOf(std::min(y0, y1)); band <= bandOf(std::max(y0, y1)); ++band)
            edges[band].push_back(i);
    }
    const double left = box.left(), right = box.right(), bottom = box.top(), top = box.bottom();
    const auto count = static_cast<std::int64_t>(positions.size() / 2);
    for (std::int64_t row = 0; row < count; ++row) {
        const double x = positions[2 * row], y = positions[2 * row + 1];
        if (!(x >= left && x <= right && y >= bottom && y <= top)) // also what is not finite
            continue;
        bool inside = false;
        for (const int i : edges[bandOf(y)]) {
            const QPointF &a = outline[i], &b = outline[(i + 1) % corners];
            if ((a.y() > y) != (b.y() > y) && x < (b.x() - a.x()) * (y - a.y()) / (b.y() - a.y()) + a.x())
                inside = !inside;
        }
        if (inside)
            rows.push_back(row);
    }
    return rows;
}

} // namespace orrery
