// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/tile_layout.h"

#include <QPointF>

#include <algorithm>
#include <cmath>

namespace orrery::text_to_image {

namespace {

TileLayout withTimes(double times, int count, QSize picture, double width, double ratio, double gap, double caption)
{
    TileLayout layout;
    layout.times = times;
    layout.gap = gap;
    layout.caption = caption;
    layout.tile = QSizeF(picture) * times / ratio;
    layout.columns = std::clamp(int((width + gap) / (layout.tile.width() + gap)), 0, count);
    layout.rows = layout.columns > 0 ? (count + layout.columns - 1) / layout.columns : 0;
    // The same number of rows with as few columns as it takes: 3 + 3 instead of 4 + 2.
    if (layout.rows > 1)
        layout.columns = (count + layout.rows - 1) / layout.rows;
    return layout;
}

constexpr int kMostTimes = 16;
constexpr int kMostShare = 16;

} // namespace

QRectF TileLayout::place(int index) const
{
    const int column = index % columns, row = index / columns;
    return {column * (tile.width() + gap), row * (tile.height() + caption + gap), tile.width(), tile.height()};
}

QSizeF TileLayout::size(int count) const
{
    if (count <= 0)
        return {};
    const int used = std::min(count, columns), lines = (count + columns - 1) / columns;
    return {used * (tile.width() + gap) - gap, lines * (tile.height() + caption + gap) - gap};
}

int TileLayout::at(QPointF point, int count) const
{
    for (int i = 0; i < count; ++i)
        if (place(i).adjusted(0, 0, 0, caption).contains(point))
            return i;
    return -1;
}

TileLayout layTiles(int count, QSize picture, QSizeF room, double ratio, double gap, double caption)
{
    count = std::max(1, count);
    picture = picture.expandedTo({1, 1});
    const auto tried = [&](double times) {
        return withTimes(times, count, picture, room.width(), ratio, gap, caption);
    };
    const auto fits = [&](const TileLayout &layout) {
        return layout.columns > 0 && layout.size(count).height() <= room.height();
    };
    const int least = std::max(1, int(std::lround(2 * ratio)));
    for (int times = kMostTimes; times >= least; --times)
        if (const TileLayout layout = tried(times); fits(layout))
            return layout;
    // A small picture at twice its size may go on below; a large one is made smaller until it fits.
    if (picture.width() * least / ratio <= room.width() && picture.width() <= 128)
        return tried(least);
    for (int times = least; times >= 1; --times)
        if (const TileLayout layout = tried(times); fits(layout))
            return layout;
    for (int share = 2; share < kMostShare; ++share)
        if (const TileLayout layout = tried(1.0 / share); fits(layout))
            return layout;
    TileLayout last = tried(1.0 / kMostShare);
    last.columns = std::max(1, last.columns);
    last.rows = (count + last.columns - 1) / last.columns;
    return last;
}

QRectF sharpRect(QSize picture, const QRectF &room, double ratio)
{
    if (picture.isEmpty() || room.isEmpty())
        return {};
    const double most = std::min(room.width() * ratio / picture.width(), room.height() * ratio / picture.height());
    const double times = most >= 1 ? std::floor(most) : 1 / std::ceil(1 / most);
    const QSizeF size = QSizeF(picture) * times / ratio;
    // On whole pixels of the screen, or the grid of the picture would be washed out.
    const auto snapped = [ratio](double value) { return std::round(value * ratio) / ratio; };
    return {snapped(room.center().x() - size.width() / 2), snapped(room.center().y() - size.height() / 2), size.width(),
            size.height()};
}

} // namespace orrery::text_to_image
