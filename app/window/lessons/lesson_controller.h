// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/window/lessons/lesson_library.h"
#include "app/window/lessons/lesson_runner.h"
#include "app/window/lessons/room_check.h"

#include <QObject>
#include <QPointer>

#include <memory>

namespace orrery {

class HighlightFrame;
class Host;
class LessonBar;
class MainWindow;

/// Lessons in the window: which there are, the one that plays, its bar and outline, and the keys of a presenter's
/// remote: Page Down, Page Up, Esc, period. F5 is the window's. Thread: interface.
class LessonController final : public QObject
{
    Q_OBJECT
public:
    LessonController(Host &host, MainWindow &window);
    ~LessonController() override;

    /// The bar, for the window's layout; hidden while no lesson plays.
    LessonBar *bar() const { return m_bar; }
    HighlightFrame *frame() const { return m_frame; }
    RoomCheck &room() { return m_room; }
    const std::vector<LessonEntry> &lessons() const { return m_lessons; }
    /// Reads the folder again.
    void refresh();
    QString folder() const;

    /// Plays a lesson from its first step. @return a sentence when it cannot be; empty: it plays.
    QString start(const QString &id, bool present);
    /// Nothing of the user's is lost; back to the list of lessons.
    void leave();
    bool isPlaying() const { return m_runner != nullptr; }
    /// Null while none plays.
    LessonRunner *runner() const { return m_runner.get(); }

    void next();
    void back();
    /// F5 on the page of lessons. @return false when there is no lesson to play.
    bool presentChosen();
    /// The lesson that F5 starts: the one whose card has, or last had, the keyboard.
    void setChosen(const QString &id) { m_chosen = id; }
    /// The step points at something in the inspector, which Present would hide.
    bool wantsInspector() const { return m_wantsInspector; }

Q_SIGNALS:
    void lessonsChanged();
    /// Another step, or another lesson, or none.
    void changed();

private:
    bool eventFilter(QObject *object, QEvent *event) override;
    bool keyPressed(int key);
    void refreshStep();
    void showChrome();
    void pageGone();

    Host &m_host;
    MainWindow &m_window;
    std::vector<LessonEntry> m_lessons;
    RoomCheck m_room;
    LessonBar *m_bar;
    HighlightFrame *m_frame;
    std::unique_ptr<LessonRunner> m_runner;
    QPointer<Page> m_page;
    QString m_chosen;
    bool m_wantsInspector = false;
};

} // namespace orrery
