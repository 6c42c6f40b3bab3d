// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/speech/view/recording.h"

namespace orrery::speech {

/// Plays one sound at a time, or parts of sounds one after another. Thread: interface.
class Player final : public QObject
{
    Q_OBJECT

public:
    struct Part
    {
        ItemId item; ///< whose sound it is; null: none of the recordings
        Samples samples;
        double from = 0, to = 0; ///< seconds; to 0: the end
    };

    explicit Player(PluginHost &host, QObject *parent = nullptr);
    ~Player() override;
    void play(QList<Part> parts);
    /// @return false when nothing was playing
    bool stop();
    bool isPlaying() const { return m_playing; }
    const Part &part() const { return m_part; }
    /// What is heard of it, cut out of its sound; null: nothing plays.
    Samples samples() const;
    /// SoundDevice::id; empty: the system's default.
    void setDevice(const QString &id) { m_device = id; }

Q_SIGNALS:
    void started(); ///< each part
    void moved(double seconds);
    void finished(); ///< after the last part, or when stopped
    void failed(const orrery::Error &error);

private:
    void playNext();

    PluginHost &m_host;
    QList<Part> m_waiting;
    Part m_part;
    JobControl m_job;
    QString m_device;
    quint64 m_number = 0;
    bool m_playing = false;
};

} // namespace orrery::speech
