// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/map_run.h"

#include <QByteArray>
#include <QJsonObject>

namespace orrery::embedding_map {

/// What is exported: a map, with what its colours say.
struct ExportedMap
{
    MapCollection collection;
    MapRun run;
    ScatterColouring colouring;
    QString colour; ///< id of the choice
    QString words;
    QList<ScatterMark> marks;
};

/// All that makes the map again: collection, parameters, colour, words.
QJsonObject mapRecipe(const ExportedMap &map);
bool isMapRecipe(const QJsonObject &recipe);

/// A row for each point: name, x, y, what is known of it, its quality. The recipe stands in a comment at the top.
QByteArray mapCsv(const ExportedMap &map);
/// Up to kMostDrawn points as circles, beyond that every so many; with title, legend and recipe.
QByteArray mapSvg(const ExportedMap &map);
inline constexpr std::size_t kMostDrawn = 50'000;

/// Writes what the ending of `path` says: .csv, .svg, or .png of `picture`. @return a sentence when it could not.
/// Thread: any; these three touch neither widgets nor the theme that is on.
QString exportMap(const ExportedMap &map, const QImage &picture, const QString &path);

} // namespace orrery::embedding_map
