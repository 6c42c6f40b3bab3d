// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRectF>
#include <QSize>
#include <QSizeF>

namespace orrery::text_to_image {

/// Where tiles of one size stand, in reading order, and how large they are.
struct TileLayout
{
    double times = 1; ///< pixels of the screen for each of the picture's; a whole number, or 1/2, 1/3, … for large ones
    QSizeF tile;      ///< in the widget's units
    int columns = 1;
    int rows = 1;
    double gap = 0, caption = 0; ///< caption: room below each tile

    QRectF place(int index) const;
    /// Of all tiles.
    QSizeF size(int count) const;
    /// The tile at a point; −1: none.
    int at(QPointF point, int count) const;
};

/// The largest tiles of which `count` fit. Pictures are enlarged by whole numbers of the screen's own pixels, so that
/// they stay sharp; at least twice where the width allows it, even if the rows then go on below.
///
/// @param picture  pixels
/// @param ratio    pixels of the screen for one unit of the widget
TileLayout layTiles(int count, QSize picture, QSizeF room, double ratio, double gap, double caption);

/// The largest whole multiple at which one picture fits: in the widget's units.
QRectF sharpRect(QSize picture, const QRectF &room, double ratio);

} // namespace orrery::text_to_image
