// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/sampler.h"

namespace orrery::text_to_image {

/// Prompts that wait for their turn, and what came of those before them. One is drawn at a time, behind everything that
/// somebody looks at. Thread: interface.
class PromptQueue final : public QObject
{
    Q_OBJECT

public:
    enum class Stage
    {
        Waiting,
        Drawing,
        Done,
        Stopped, ///< cancelled; what was there is kept
        Failed,
    };
    struct Entry
    {
        quint64 id = 0;
        Parameters parameters;
        Stage stage = Stage::Waiting;
        Drawing drawing; ///< so far
        QString error;
    };
    static constexpr int kMost = 1000;

    explicit PromptQueue(PluginHost &host, QObject *parent = nullptr);

    /// @return its number; 0 when the queue is full or the prompt empty.
    quint64 add(const Parameters &parameters);
    const QList<Entry> &entries() const { return m_entries; }
    const Entry *find(quint64 id) const;
    /// Puts an entry at another place; what is being drawn goes on.
    void move(quint64 id, int place);
    /// Takes entries out; the one that is being drawn is stopped first.
    void remove(const QList<quint64> &ids);
    /// Stops the one that is being drawn, and keeps what is there. @return false when none is.
    bool stopCurrent();
    void setPaused(bool paused);
    bool isPaused() const { return m_paused; }
    bool isDrawing() const { return m_current != 0; }
    int waiting() const;

Q_SIGNALS:
    /// Entries came, went, or changed their place or stage.
    void changed();
    /// More of an entry can be seen.
    void drawn(quint64 id);
    void progressed(double fraction, const QString &message);

private:
    void next();
    void end(Stage stage, const QString &error = {});
    Entry *entry(quint64 id);

    Sampler *m_sampler;
    QList<Entry> m_entries;
    quint64 m_lastId = 0;
    quint64 m_current = 0; ///< entry that is being drawn; 0: none
    bool m_paused = false;
};

} // namespace orrery::text_to_image
