// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/speech/view/recording.h"

#include <QElapsedTimer>
#include <QTimer>

namespace orrery::speech {

/// Listens to a microphone, or goes through a sound as if it were one, and hands on what comes. Off until it is
/// started. Thread: interface.
class LiveListener final : public QObject
{
    Q_OBJECT

public:
    enum class Source
    {
        None,
        Microphone,
        Sound,
    };

    explicit LiveListener(PluginHost &host, QObject *parent = nullptr);
    ~LiveListener() override;

    /// @param device  SoundDevice::id; empty: the system's default
    void listen(const UnitKind &kind, const QString &device);
    /// A sound at hand in its own time, without playing it.
    void rehearse(const UnitKind &kind, Samples samples);
    /// @return false when nothing was on
    bool stop();
    Source source() const { return m_source; }
    /// The figures of the newest update.
    const StreamFeed::Update &figures() const { return m_figures; }
    double seconds() const { return m_seconds; }

Q_SIGNALS:
    void sourceChanged();
    void updated(const orrery::speech::StreamFeed::Update &update);
    /// It ended by itself. Not after stop().
    void finished();
    void failed(const orrery::Error &error);

private:
    void start(ListenRequest request, Source source);
    void look();

    PluginHost &m_host;
    std::shared_ptr<StreamFeed> m_feed;
    StreamFeed::Update m_figures;
    QTimer m_looks;
    JobControl m_job;
    Source m_source = Source::None;
    double m_seconds = 0;
    std::int64_t m_next = 0; ///< sample that was not seen yet
    quint64 m_number = 0;
};

} // namespace orrery::speech
