// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/zero_shot/view/answer.h"

#include <QElapsedTimer>

namespace orrery::zero_shot {

/// Asks the engine to rank one picture, again and again while somebody draws or types: the newest question wins,
/// answers to older ones are shown only until a newer one is there. Thread: interface.
class Ranker final : public QObject
{
    Q_OBJECT

public:
    /// @param channel  questions of one channel replace each other while they wait.
    Ranker(PluginHost &host, QString channel, QObject *parent = nullptr);

    /// @param live  ahead of everything else: strokes of a drawing.
    void ask(const Question &question, bool live);
    /// Also ask what each template alone would say; costs a little.
    void setPerTemplate(bool on) { m_perTemplate = on; }
    bool perTemplate() const { return m_perTemplate; }
    /// @return false when nothing was under way.
    bool cancel();
    /// Forgets the answer, and what is under way.
    void clear();
    bool isPending() const { return m_pending; }
    const std::optional<Answer> &answer() const { return m_answer; }
    /// Questions that were asked so far.
    quint64 asked() const { return m_asked; }

Q_SIGNALS:
    void answered();
    /// The question could not be answered, for a reason other than being cancelled.
    void failed(const orrery::Error &error);
    void pendingChanged(bool pending);
    /// @param fraction  in [0, 1]; negative while it cannot be known.
    void progressed(double fraction, const QString &message);

private:
    void setPending(bool pending);
    void finish(quint64 number, const Question &question, Result<clip::ClassifyResult> result);

    struct Running
    {
        JobControl control;
        QElapsedTimer since;
    };
    PluginHost &m_host;
    QString m_channel;
    std::optional<Answer> m_answer;
    QList<Running> m_running;
    quint64 m_asked = 0;
    quint64 m_shown = 0; ///< number of the question whose answer is shown
    bool m_pending = false;
    bool m_perTemplate = false;
};

} // namespace orrery::zero_shot
