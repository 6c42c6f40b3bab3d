// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/collection.h"
#include "widgets/scatter/scatter_view.h"

#include <QPointF>

namespace orrery::embedding_map {

/// Islands of a map, as the eye sees them. They are of the picture, not of the data.
struct Clusters
{
    std::vector<std::int32_t> of;     ///< [N] index of the island, largest first; −1: between them
    std::vector<std::int64_t> counts; ///< [islands]
    std::vector<QPointF> middles;     ///< [islands] where the points are densest
    QStringList names;                ///< [islands] filled by nameClusters
};

/// Density on a grid, smoothed; every cell climbs to its densest neighbour, and peaks that are hardly divided from a
/// higher one join it. The same positions give the same islands. Thread: any.
Clusters findClusters(const std::vector<float> &positions);

/// The most telling name of each island: a class most of its points have, else a word that is frequent among its names
/// and rare elsewhere, else the name nearest to its middle. Thread: any.
void nameClusters(Clusters &clusters, const std::vector<float> &positions, const QStringList &names,
                  const QList<RowFact> &facts);

} // namespace orrery::embedding_map
