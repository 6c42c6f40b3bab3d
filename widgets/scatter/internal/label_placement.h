// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QRectF>

#include <optional>
#include <vector>

namespace orrery {

/// Words that want to stand at a place.
struct LabelWish
{
    QPointF anchor;
    QSizeF size;
    double offset = 0;   ///< 0: centred upon the anchor; else beside it, so far away
    bool always = false; ///< shown even where it lies upon another
};

/// Finds room for words so that none lies upon another, the first in the list first.
///
/// @param within     where words may stand; wishes whose anchor lies outside get nothing
/// @param obstacles  what they must not cover
/// @return a place for each wish, or none
std::vector<std::optional<QRectF>> placeLabels(const std::vector<LabelWish> &wishes, const QRectF &within,
                                               const QList<QRectF> &obstacles);

} // namespace orrery
