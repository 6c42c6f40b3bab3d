// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/maps.h"
#include "plugins/embedding_map/view/collections/collection.h"
#include "widgets/scatter/scatter_view.h"

#include <QJsonObject>

#include <limits>
#include <memory>

namespace orrery::embedding_map {

/// How a map is made. What a method does not use stays as it is, so that going back to a method finds its numbers.
struct MapParameters
{
    maps::Method method = maps::Method::Tsne;
    maps::Start start = maps::Start::Usual;
    maps::Metric metric = maps::Metric::Euclidean;
    maps::Search search = maps::Search::Automatic;
    double perplexity = kPerplexity;   ///< t-SNE: larger looks at wider neighbourhoods
    QList<double> perplexities;        ///< t-SNE: several, mixed; empty: `perplexity` alone
    int neighbours = kNeighbours;      ///< UMAP: larger looks at wider neighbourhoods
    double exaggeration = 1;           ///< t-SNE: larger packs clusters tighter
    double minDistance = kMinDistance; ///< UMAP: larger spreads the points of a cluster
    int iterations = kOwn;
    qint64 seed = 0;
    bool supervised = false; ///< UMAP: classes of the first fact take part

    static constexpr double kPerplexity = 30, kMinDistance = 0.1;
    static constexpr int kNeighbours = 15;
    static constexpr int kOwn = -1; ///< as many iterations as the method does by itself

    bool operator==(const MapParameters &) const = default;
};

/// All fields by name; what others may read of a recipe.
QJsonObject toJson(const MapParameters &parameters);
/// Fields that are missing or make no sense keep what `fallback` has.
MapParameters parametersFrom(const QJsonObject &json, const MapParameters &fallback = {});
/// What the method does not use put back to the usual: two requests that make the same map compare equal.
MapParameters relevant(MapParameters parameters);
/// Names a map among those of its collection.
QString keyOf(const MapParameters &parameters);
/// "t-SNE · perplexity 30 · seed 0"; what is as usual is left out.
QString titleOf(const MapParameters &parameters);
QString titleOf(maps::Method method);
QString titleOf(maps::Start start);

/// One map of the collection, with what made it. A value; copies share their data.
struct MapRun
{
    QString key;
    MapParameters parameters;
    bool flat = false;  ///< the points were x and y already
    bool tuned = false; ///< parameters were changed while it was made: they alone do not make it again
    ScatterPositions positions;
    std::weak_ptr<const NpyMatrix> points; ///< that it was made of
    double loss = std::numeric_limits<double>::quiet_NaN();
    double seconds = 0;
    std::int64_t iteration = 0; ///< where it was stopped, while not complete
    bool complete = false;
    std::shared_ptr<const maps::Quality> quality;
    std::shared_ptr<const maps::OptimiserState> state;
    QStringList notes;

    QString title() const;
    std::size_t bytes() const;
};

/// @param alignTo  may be null
maps::EmbedRequest toRequest(const MapParameters &parameters, const MapCollection &collection, ScatterPositions alignTo,
                             bool measure);

/// A shape of the map, small: for its chip.
QImage thumbnailOf(const MapRun &run, const ScatterColouring &colouring, const QSize &size);

} // namespace orrery::embedding_map
