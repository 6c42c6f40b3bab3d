// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/zero_shot/view/answer.h"

#include <QHash>

namespace orrery::zero_shot {

/// The first guess for each of many pictures, a few at a time, so that the pictures already done show theirs and one
/// unreadable file spoils nothing. Thread: interface.
class BatchRanker final : public QObject
{
    Q_OBJECT

public:
    struct Guess
    {
        QString label;
        double share = 0;
        bool unfamiliar = false;
        QString error; ///< not empty: this picture could not be used
    };
    /// Pictures in one request; larger is a little faster and cancels later.
    static constexpr qsizetype kChunk = 8;

    explicit BatchRanker(PluginHost &host, QObject *parent = nullptr) : QObject(parent), m_host(host) {}

    /// Starts again with these pictures; `question.item` is not looked at.
    void start(const QList<Item> &items, const Question &question);
    bool cancel();
    bool isRunning() const { return m_running.valid() && !m_queue.isEmpty(); }
    std::optional<Guess> guess(const ItemId &id) const;
    int done() const { return m_done; }
    int total() const { return m_total; }

Q_SIGNALS:
    /// Some more guesses are there, or all are.
    void advanced();

private:
    void next();

    PluginHost &m_host;
    Question m_question;
    QList<Item> m_queue;
    QHash<ItemId, Guess> m_guesses;
    JobControl m_running;
    int m_round = 0; ///< answers of an earlier start are dropped
    int m_done = 0;
    int m_total = 0;
};

} // namespace orrery::zero_shot
