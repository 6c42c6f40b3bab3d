// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/window/lessons/lesson_runner.h"

#include <memory>

namespace orrery {

/// Plays a lesson from end to end without anybody at the keys, and looks whether all that it says comes true here.
/// What the user has comes back when it is done or destroyed. Thread: interface.
class LessonRehearsal final : public QObject
{
    Q_OBJECT
public:
    /// @param record  do not compare with stored results: these will be the stored ones.
    LessonRehearsal(Workspace &workspace, Page &page, const Lesson &lesson, bool record, QObject *parent = nullptr);

    /// Emits finished(), at once when the page cannot do what the lesson asks for.
    void start();
    int stepNumber() const { return m_runner->stepNumber(); }
    int steps() const { return int(m_runner->lesson().steps.size()); }

    /// What would go wrong before a class, a sentence each: nothing, when all is well.
    const QStringList &faults() const { return m_faults; }
    /// Steps that would show stored results, with what differs.
    const QStringList &differing() const { return m_differing; }
    /// What this machine computed, by step.
    const QMap<QString, Readings> &measured() const { return m_measured; }

Q_SIGNALS:
    void progressed();
    void finished();

private:
    void look();
    void checkWords();

    Page &m_page;
    std::unique_ptr<LessonRunner> m_runner;
    bool m_done = false;
    QStringList m_faults, m_differing;
    QMap<QString, Readings> m_measured;
};

/// What the page cannot do of what the lesson asks for, a sentence each.
QStringList refusals(const Lesson &lesson, const Playable &page);

} // namespace orrery
