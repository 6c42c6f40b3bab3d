// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/embedding_map/view/map_run.h"

#include <QVariantAnimation>

namespace orrery::embedding_map {

/// Something that is not of the collection and stands on its map all the same: a drawing, a picture, a text.
struct Guest
{
    ItemId id;
    QString name;
    QImage image;
    std::vector<float> embedding;
    QPointF place;
    std::vector<std::int64_t> nearest; ///< rows that are most alike, the nearest first
};

/// Places items on a map that stays as it is. Thread: interface.
class Guests final : public QObject
{
    Q_OBJECT

public:
    explicit Guests(PluginHost &host, QObject *parent = nullptr);

    /// The map they stand on; null positions: none yet. Guests stay while the collection does, and move with the map.
    void setMap(const MapCollection &collection, const MapRun &run);
    /// Encodes the items and lets them fly to their places. Those that were there before stay.
    void add(const QList<Item> &items);
    void clear();
    bool cancel();

    bool isPending() const { return m_pending; }
    const QList<Guest> &guests() const { return m_guests; }
    QList<ScatterMark> marks() const;
    /// Where flying guests start from: the middle of what is in view.
    void setOrigin(const QPointF &origin) { m_origin = origin; }

    static constexpr int kNearest = 10;
    static constexpr int kMost = 200;

Q_SIGNALS:
    void changed(); ///< also while they fly
    void landed(const QList<qsizetype> &guests);
    void pendingChanged(bool pending);
    void failed(const orrery::Error &error);

private:
    void encode(QList<Item> items);
    void place(qsizetype from);
    void findNearest(qsizetype from, std::vector<float> positions);
    void land(qsizetype from, const std::vector<float> &positions);
    void setPending(bool pending);

    PluginHost &m_host;
    MapCollection m_collection;
    MapRun m_run;
    QList<Item> m_waiting; ///< for a map
    QList<Guest> m_guests;
    QList<QPointF> m_from;
    qsizetype m_flying = 0; ///< the first that flies
    QPointF m_origin;
    QVariantAnimation m_flight;
    QList<JobControl> m_jobs;
    int m_number = 0;                   ///< answers from before a cancel are dropped
    int m_asked = 0;                    ///< for places; only the newest answer counts
    std::optional<qsizetype> m_placing; ///< the first whose place was asked for and is not there yet
    bool m_pending = false;
};

} // namespace orrery::embedding_map
