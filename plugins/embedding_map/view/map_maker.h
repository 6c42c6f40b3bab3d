// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/embedding_map/view/map_run.h"

#include <QElapsedTimer>

namespace orrery::embedding_map {

/// Has the engine make one map at a time, and shows how it takes shape. Thread: interface.
class MapMaker final : public QObject
{
    Q_OBJECT

public:
    explicit MapMaker(PluginHost &host, QObject *parent = nullptr);

    /// What is under way is stopped first, and kept. @param alignTo  map on which the new one is laid; may be null
    void make(const MapCollection &collection, const MapParameters &parameters, const ScatterPositions &alignTo,
              bool measure);
    /// Goes on from where the map under way stands, with other parameters. It is then another map, tuned by hand.
    /// @return false when there is nothing to go on from
    bool retune(const MapCollection &collection, const MapParameters &parameters, const ScatterPositions &alignTo);
    /// Stops, and keeps the map as far as it is. @return false when nothing was under way.
    bool stop();
    /// Stops and forgets.
    void discard();
    bool isRunning() const { return m_job.valid(); }
    /// As far as it is; its positions are null until the first ones came.
    const MapRun &running() const { return m_run; }
    /// Maps that were asked for so far.
    int asked() const { return m_asked; }

Q_SIGNALS:
    void runningChanged(bool running);
    void moved();
    void finished(const orrery::embedding_map::MapRun &run);
    void failed(const orrery::embedding_map::MapParameters &parameters, const orrery::Error &error);
    /// @param fraction  in [0, 1]; negative while it cannot be known.
    void progressed(double fraction, const QString &message);

private:
    void start(const MapCollection &collection, maps::EmbedRequest request);
    void end();

    PluginHost &m_host;
    JobControl m_job;
    MapRun m_run;
    QElapsedTimer m_since;
    int m_asked = 0;
};

} // namespace orrery::embedding_map
