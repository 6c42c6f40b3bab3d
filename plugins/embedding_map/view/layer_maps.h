// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/embedding_map/view/map_run.h"

namespace orrery::embedding_map {

/// A map of each layer of a model over one collection, with the same parameters and seed, each laid on the map of the
/// layer after it, so that what moves between two of them is what the layer changed. Thread: interface.
class LayerMaps final : public QObject
{
    Q_OBJECT

public:
    explicit LayerMaps(PluginHost &host, QObject *parent = nullptr);

    /// Begins with the last layer, which is laid on `shown`. Maps of the same layers and parameters are kept.
    void make(const MapCollection &collection, const QList<RowLayer> &layers, const MapParameters &parameters,
              const ScatterPositions &shown);
    /// Maps that are done stay. @return false when nothing was under way.
    bool cancel();
    void clear();
    bool isRunning() const { return m_running; }

    /// Pixels first, embedding last; those that are not made yet have no positions.
    const QList<MapRun> &maps() const { return m_maps; }
    QStringList names() const;
    bool isComplete() const;
    /// Between two layers: 2.25 is a quarter of the way from the third to the fourth. Null where a map is missing.
    ScatterPositions positionsAt(double layer) const;

Q_SIGNALS:
    void runningChanged(bool running);
    void made(int layer);
    void progressed(double fraction, const QString &message);
    void failed(const orrery::Error &error);

private:
    void next();
    void setRunning(bool running);

    PluginHost &m_host;
    MapCollection m_collection;
    QList<RowLayer> m_layers;
    MapParameters m_parameters;
    ScatterPositions m_shown;
    QList<MapRun> m_maps;
    JobControl m_job;
    int m_layer = -1;
    int m_number = 0;
    bool m_running = false;
};

} // namespace orrery::embedding_map
