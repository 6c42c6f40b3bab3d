// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QImage>
#include <QPoint>
#include <QRect>

namespace orrery {

/// Paints the connected region around `seed` whose colours are near the seed's.
///
/// Antialiased outlines leave pixels that are neither line nor ground; the region therefore grows by one pixel into
/// them, so that no pale seam stays between a fill and its outline.
///
/// @param image      format RGB32; painted in place.
/// @param tolerance  largest difference of a channel, 0–255; larger fills further across soft edges.
/// @return           what changed; empty when the seed lies outside or already has that colour.
QRect floodFill(QImage &image, QPoint seed, QColor colour, int tolerance = 40);

} // namespace orrery
