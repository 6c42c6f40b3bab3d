// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/live_rows.h"
#include "plugins/speech/view/listener.h"
#include "plugins/speech/view/player.h"
#include "plugins/speech/view/recordings.h"

namespace orrery::speech {

/// While it is on, the frames of all that is heard go out as LiveRows, for a map to show them as they come: those of
/// the microphone, and of a recording while it is played. Only settled ones, which are those a map is made of; they
/// come as late as the model's context is long. Thread: interface.
class MapFollow final : public QObject
{
    Q_OBJECT

public:
    MapFollow(PluginHost &host, Recordings &recordings, LiveListener &listener, Player &player,
              QObject *parent = nullptr);
    ~MapFollow() override;

    void setOn(bool on);
    bool isOn() const { return m_rows.isOn(); }
    /// Frames of this model went to the map.
    void mapSent(const QString &model);

Q_SIGNALS:
    void changed(bool on);
    /// None was sent yet, or the map beside shows something else: one of the current recording is wanted. Once a time
    /// that it is turned on.
    void mapWanted();

private:
    void hearPlayer();
    void send(const StreamFeed::Update &update);
    void answered();
    LiveRows::Kind kind(int layer = -1) const;

    Recordings &m_recordings;
    Player &m_player;
    LiveListener *m_ear; ///< goes through what is played, at its pace
    LiveRows &m_rows;
    QString m_sent;       ///< model of the frames that were sent last
    double m_seconds = 0; ///< of what it goes through
    bool m_asked = false; ///< for a map
};

} // namespace orrery::speech
