// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>

namespace orrery {

/// Shapes of points: 0 circle, 1 square, 2 triangle, 3 diamond, 4 triangle on its head, 5 cross.
constexpr int kPointShapes = 6;

/// How far a pixel lies outside of a shape of this radius (negative: inside), y pointing down. The shader has the same
/// lines.
double shapeDistance(int shape, double x, double y, double radius);

/// The contrasting line around points: the colour itself, closer to the text, so that yellow shows on white and many
/// points are no wire mesh.
QColor ringColour(const QColor &fill, const QColor &text);

/// One point as the map draws it, for legends and cards.
void drawPoint(QPainter &painter, const QPointF &centre, double radius, int shape, const QColor &fill,
               const QColor &text);

/// Discs around selected points, which grow together where many lie close.
enum class Halo
{
    None,   ///< the point itself
    Rim,    ///< of the ground's colour, so that the accent shows upon points of its own colour
    Accent, ///< what is selected has it everywhere in the program
    Hole,   ///< takes away from a layer what lies there, so that of the discs of many an outline is left
};

/// What decides the pixels of a point besides place and colour.
struct PointStyle
{
    double radius = 4;  ///< pixels of the device
    double opacity = 1; ///< of one point; many upon each other show how many there are
    bool ring = true;
    double ringWidth = 1;
    Halo halo = Halo::None;

    /// Of what is drawn: of the point, or of the disc behind it.
    double outerRadius() const
    {
        constexpr double kBeyond[] = {0, 4, 2.5, 1.5}; // by halo, in widths of the ring
        return radius + kBeyond[static_cast<int>(halo)] * ringWidth;
    }

    bool operator==(const PointStyle &) const = default;
};

constexpr double kFadedOpacity = 0.35;

} // namespace orrery
