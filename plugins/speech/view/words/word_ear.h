// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/speech.h"
#include "engine/units/word_cutter.h"
#include "orrery/plugin_host.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace orrery::speech {

/// A microphone that tells words, one by one. Off until started; what was said is forgotten as soon as it can be no
/// part of a word. Thread: interface.
class WordEar final : public QObject
{
    Q_OBJECT

public:
    explicit WordEar(PluginHost &host, QObject *parent = nullptr);
    ~WordEar() override;

    /// @param device  SoundDevice::id; empty: the system's default
    void start(const QString &device);
    void stop();
    bool isOn() const { return m_feed != nullptr; }
    /// While something is played nobody has said it.
    void setMuted(bool muted);
    bool isMuted() const { return m_muted; }

    double levelDb() const { return m_cutter ? m_cutter->levelDb() : -100; }
    double thresholdDb() const { return m_cutter ? m_cutter->thresholdDb() : -55; }
    bool inWord() const { return m_cutter && m_cutter->inWord(); }
    bool isLost() const { return m_lost; } ///< the device is gone, and looked for

Q_SIGNALS:
    void changed(); ///< on, off, muted, lost
    void levelChanged();
    void word(orrery::Samples sound);
    void tooLong(); ///< somebody goes on talking, or the room has become louder
    void failed(const orrery::Error &error);

private:
    void poll();
    void forget();

    PluginHost &m_host;
    JobHandle<ListenResult> m_job;
    std::shared_ptr<StreamFeed> m_feed; ///< null: off
    std::unique_ptr<WordCutter> m_cutter;
    std::vector<float> m_recent;   ///< what may still become part of a word
    std::int64_t m_recentFrom = 0; ///< sample of the cutter's
    int m_tooLong = 0;
    bool m_muted = false, m_lost = false;
    QTimer m_timer;
};

} // namespace orrery::speech
