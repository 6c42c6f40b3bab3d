// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/point_grid.h"

#include <QPolygonF>

namespace orrery {

/// The rows inside of a closed line on the map, by the odd–even rule, ascending. A million points take some
/// milliseconds, however many corners the line has: a point meets only those edges that pass its height.
std::vector<std::int64_t> rowsInside(const std::vector<float> &positions, const QPolygonF &outline);

} // namespace orrery
