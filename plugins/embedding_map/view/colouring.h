// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/clusters.h"
#include "plugins/embedding_map/view/map_run.h"

namespace orrery::embedding_map {

/// One of the ways to colour the points.
struct ColourChoice
{
    QString id;    ///< "nothing", "fact:0", "clusters", "recall", …
    QString title; ///< "Digit", "Islands of the map", "Neighbours kept"
    QString help;
    bool possible = true; ///< a map that was not measured has no quality to show
};

/// @param run  the map on screen; may be null
QList<ColourChoice> colourChoices(const MapCollection &collection, const MapRun *run);
/// What the points are coloured by at first: the first fact, else nothing.
QString usualColour(const MapCollection &collection);
/// @param clusters  may be null when `id` asks for none
ScatterColouring colouringOf(const QString &id, const MapCollection &collection, const MapRun *run,
                             const Clusters *clusters);

} // namespace orrery::embedding_map
