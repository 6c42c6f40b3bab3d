// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/label_placement.h"

#include <algorithm>

namespace orrery {

namespace {

/// Places to try, the most natural first.
std::vector<QRectF> candidates(const LabelWish &wish)
{
    const double w = wish.size.width(), h = wish.size.height(), gap = wish.offset;
    const QPointF a = wish.anchor;
    std::vector<QPointF> corners;
    if (gap > 0)
        corners = {{a.x() + gap, a.y() - h / 2}, {a.x() - gap - w, a.y() - h / 2}, {a.x() - w / 2, a.y() - gap - h},
                   {a.x() - w / 2, a.y() + gap}, {a.x() + gap, a.y() - gap - h},   {a.x() - gap - w, a.y() - gap - h},
                   {a.x() + gap, a.y() + gap},   {a.x() - gap - w, a.y() + gap}};
    else
        corners = {{a.x() - w / 2, a.y() - h / 2},
                   {a.x() - w / 2, a.y() - h * 1.4},
                   {a.x() - w / 2, a.y() + h * 0.4},
                   {a.x() - w, a.y() - h / 2},
                   {a.x(), a.y() - h / 2}};
    std::vector<QRectF> places;
    for (const QPointF &corner : corners)
        places.emplace_back(corner, wish.size);
    return places;
}

} // namespace

std::vector<std::optional<QRectF>> placeLabels(const std::vector<LabelWish> &wishes, const QRectF &within,
                                               const QList<QRectF> &obstacles)
{
    std::vector<std::optional<QRectF>> places(wishes.size());
    QList<QRectF> taken = obstacles;
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        if (!within.contains(wishes[i].anchor))
            continue;
        const std::vector<QRectF> tried = candidates(wishes[i]);
        const auto fits = [&](const QRectF &place) {
            return within.contains(place) && std::none_of(taken.begin(), taken.end(), [&](const QRectF &other) {
                       return other.intersects(place.adjusted(-2, -2, 2, 2));
                   });
        };
        if (const auto found = std::find_if(tried.begin(), tried.end(), fits); found != tried.end()) {
            places[i] = *found;
        } else if (wishes[i].always) {
            QRectF place = tried.front();
            place.moveLeft(
                std::clamp(place.left(), within.left(), std::max(within.left(), within.right() - place.width())));
            place.moveTop(
                std::clamp(place.top(), within.top(), std::max(within.top(), within.bottom() - place.height())));
            places[i] = place;
        }
        if (places[i])
            taken.append(*places[i]);
    }
    return places;
}

} // namespace orrery
