// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/scatter_view.h"
#include "widgets/theme/value_colours.h"

namespace orrery {

/// How one point looks, packed: red, green, blue, and a byte of shape and flags, in this order in memory.
struct PointLook
{
    static constexpr std::uint32_t kShapeBits = 7;
    static constexpr std::uint32_t kFaded = 8; ///< not of the class that is shown alone, or without a value

    static std::uint32_t pack(const QColor &colour, int shape, bool faded)
    {
        return static_cast<std::uint32_t>(colour.red() | colour.green() << 8 | colour.blue() << 16) |
               (static_cast<std::uint32_t>(shape) | (faded ? kFaded : 0)) << 24;
    }
    static QColor colour(std::uint32_t look) { return QColor(look & 255, look >> 8 & 255, look >> 16 & 255); }
    static int shape(std::uint32_t look) { return static_cast<int>(look >> 24 & kShapeBits); }
    static bool faded(std::uint32_t look) { return look >> 24 & kFaded; }
};

/// The looks of all points: [N]. Shared with the worker that makes the density.
using PointLooks = std::shared_ptr<const std::vector<std::uint32_t>>;

constexpr int kColouredClasses = 15; ///< more of them are "other"

/// 0, a circle, for the first seven classes and "other"; others from the eighth on.
int classShape(int index);

/// Looks by a colouring, in the colours of the theme.
///
/// @param isolated  class that is shown alone; −1: all of them. kColouredClasses: "other".
PointLooks looksOf(const ScatterColouring &colouring, std::int64_t count, int isolated);

/// The class that is shown for a point: "other" from kColouredClasses on; −1 without one.
int shownClass(std::int32_t classOfPoint);

} // namespace orrery
