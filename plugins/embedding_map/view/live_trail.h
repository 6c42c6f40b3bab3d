// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/live_guests.h"

#include <QTimer>

#include <deque>

namespace orrery::embedding_map {

/// The way of the newest rows over the map: the last seconds, fading, and the newest one marked. Lies upon the map and
/// lets everything through to it. Thread: interface.
class LiveTrail final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kKeptMs = 3000;

    explicit LiveTrail(ScatterView *map);

    void add(const QList<LiveSpot> &spots);
    void clear();
    int count() const { return int(m_spots.size()); }
    /// Where the newest stands, in pixels of the map.
    QPointF newest() const;

protected:
    bool eventFilter(QObject *object, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    struct Spot
    {
        QPointF place;
        qint64 came = 0; ///< ms of m_clock
    };
    void fade();

    ScatterView *m_map;
    std::deque<Spot> m_spots;
    QElapsedTimer m_clock;
    QRectF m_seen; ///< part of the map, when it was painted last
    QTimer m_frames;
};

} // namespace orrery::embedding_map
