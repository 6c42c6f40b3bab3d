// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/live_rows.h"
#include "orrery/plugin_host.h"
#include "plugins/embedding_map/view/map_run.h"

#include <QElapsedTimer>
#include <QTimer>

namespace orrery::embedding_map {

/// One row that another page computed just now, in its place on the map.
struct LiveSpot
{
    QPointF place;
    QString label;
    double seconds = 0; ///< of the sound it was heard in
};

/// Places rows on the finished map while they come (LiveRows). One question to the engine at a time; what comes in the
/// meantime waits for the next, and of more than kMostWaiting the oldest are left out. Thread: interface.
class LiveGuests final : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype kMostWaiting = 100; ///< two seconds of frames of 20 ms

    explicit LiveGuests(PluginHost &host, QObject *parent = nullptr);

    /// The map they come to. @param run  one that stands still; null positions: not yet
    void setMap(const MapCollection &collection, const MapRun &run);
    /// A map that nobody sees is not asked for places.
    void setShown(bool shown);

    bool isOn() const { return m_rows.isOn(); }
    void end() { m_rows.end(); }
    /// What is happening, or why it cannot, in one sentence.
    QString statusText() const;
    bool isRefused() const { return !m_rows.refusal().isEmpty(); }
    /// Rows left out since it began, because placing them took longer than they did to come.
    std::int64_t leftOut() const { return m_leftOut; }
    std::int64_t placedRows() const { return m_placed; }
    /// How long the last rows waited from their coming to their place.
    double placeMs() const { return m_placeMs; }

Q_SIGNALS:
    void changed(); ///< what statusText() says, whether it is on
    void placed(const QList<orrery::embedding_map::LiveSpot> &spots);

private:
    void take(const QList<LiveRows::Row> &rows);
    void place();
    void arrived(const maps::PlaceResult &result, const QList<LiveRows::Row> &rows);
    void forget();
    void judge();
    QString refusal() const;

    PluginHost &m_host;
    LiveRows &m_rows;
    MapCollection m_collection;
    MapRun m_run;
    LiveRows::Kind m_of; ///< what the points of the collection are; no model: not frames of one
    QList<LiveRows::Row> m_waiting;
    JobControl m_job;
    QElapsedTimer m_asked, m_told;
    QTimer m_silence; ///< until the last label is no longer of now
    QString m_label;
    quint64 m_number = 0;
    std::int64_t m_leftOut = 0, m_placed = 0;
    double m_placeMs = 0;
    bool m_pending = false, m_shown = true;
};

} // namespace orrery::embedding_map
