// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/window/lessons/lesson.h"
#include "orrery/page.h"
#include "orrery/workspace.h"

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QSet>
#include <QTimer>

namespace orrery {

/// Plays a lesson on a page: steps forward and back, predict then reveal, results compared with the stored ones. All
/// that the user has is set aside meanwhile and comes back exactly when the lesson is left.
///
/// Every position of the lesson keeps the state that it made, so going back restores it and going on always starts from
/// the same one, whatever was tried in between. Items that the user adds in the lesson are kept, in the tray.
/// Thread: interface.
class LessonRunner final : public QObject
{
    Q_OBJECT
public:
    /// How far a step is.
    enum class Phase
    {
        Asked, ///< the question stands, its answer does not
        Shown, ///< the actions were done
    };

    /// @param page     one that can be played (Page::playable()).
    /// @param compare  false: what is stored is not looked at (recording).
    LessonRunner(Workspace &workspace, Page &page, Lesson lesson, bool compare = true, QObject *parent = nullptr);
    /// Leaves, when that has not been done.
    ~LessonRunner() override;

    void start();
    /// Page Down, Page Up. While a result is awaited the key is remembered and done when it is there.
    void next();
    void back();
    /// A pupil's guess; only while the question stands.
    void choose(int choice);
    /// Everything back as the user had it. @return how many items of the user's were added in the lesson.
    int leave();

    const Lesson &lesson() const { return m_lesson; }
    bool isPlaying() const { return m_playing; }
    /// A result is awaited.
    bool isWaiting() const { return m_waiting; }
    bool atStart() const { return m_at <= 0; }
    bool atEnd() const { return m_at + 1 >= m_positions.size(); }
    int stepNumber() const { return m_positions.value(m_at).step; } ///< from 0
    const LessonStep &step() const { return m_lesson.steps[stepNumber()]; }
    Phase phase() const { return m_positions.value(m_at).phase; }
    int chosen() const { return m_positions.value(m_at).chosen; } ///< −1: none

    LessonScene scene() const;
    /// What differs from the stored results; not empty: the stored ones are on the screen.
    const QStringList &differing() const;
    /// Why no result came; empty: one did, or still may.
    const QString &trouble() const;
    /// What this machine computed in this step.
    const Readings &measured() const;

Q_SIGNALS:
    /// Another position, a guess, or a result that has arrived.
    void changed();

private:
    struct Position
    {
        int step = 0;
        Phase phase = Phase::Shown;
        int chosen = -1;
        WorkspaceState state;
        QJsonObject view;
        Readings measured, readings; ///< computed here; on the screen
        QStringList differing;
        QString trouble;
        bool visited = false;
    };

    Playable *playable() const { return m_page ? m_page->playable() : nullptr; }
    void enter(int position);
    void restore(int position);
    void perform();
    void await();
    void poll();
    void arrive();
    void collectItems();

    Workspace &m_workspace;
    QPointer<Page> m_page; ///< its plugin may be switched off meanwhile
    Lesson m_lesson;
    bool m_compare;
    QList<Position> m_positions;
    int m_at = -1;
    int m_queued = 0; ///< key strokes that came while a result was awaited
    bool m_playing = false;
    bool m_waiting = false;
    QJsonObject m_usersView;
    QSet<ItemId> m_ownItems;
    QList<Item> m_usersItems;
    QTimer m_timer;
    QElapsedTimer m_clock;
};

} // namespace orrery
