// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/window/lessons/lesson_library.h"
#include "app/window/lessons/lesson_rehearsal.h"

#include <QElapsedTimer>
#include <QObject>
#include <QSize>
#include <QTimer>

#include <functional>
#include <memory>

namespace orrery {

class Host;

/// One thing that was tried.
struct RoomLine
{
    enum class State
    {
        Ok,
        Warning, ///< it works, with a reservation
        Failed,
    };
    State state = State::Ok;
    QString title;
    QString text;    ///< what was seen, and what to do where it is not well
    QString details; ///< more of it; may be empty
};

/// Tries beforehand what a lesson needs: the screens, and every lesson from end to end, silently, on this machine with
/// its models. Lists nothing that was not tried. Thread: interface.
class RoomCheck final : public QObject
{
    Q_OBJECT
public:
    using PageOf = std::function<Page *(const QString &plugin)>;

    RoomCheck(Host &host, PageOf pageOf, QObject *parent = nullptr);
    ~RoomCheck() override;

    /// @param record  write what is computed beside each lesson, instead of comparing with it.
    void start(std::vector<LessonEntry> lessons, bool record = false);
    /// What the user has comes back at once.
    void cancel();
    bool isRunning() const { return m_running; }
    /// "What softmax hides: step 3 of 8"; empty when nothing runs.
    QString progress() const;
    const QList<RoomLine> &lines() const { return m_lines; }
    bool passed() const;

Q_SIGNALS:
    void changed();
    void finished();

private:
    void tryLesson();
    void lessonTried();
    void finish(RoomLine line);
    const Lesson &lesson() const { return *m_lessons[m_at].lesson; }

    Host &m_host;
    PageOf m_pageOf;
    std::vector<LessonEntry> m_lessons;
    std::size_t m_at = 0;
    bool m_running = false;
    bool m_record = false;
    QList<RoomLine> m_lines;
    std::unique_ptr<LessonRehearsal> m_rehearsal;
    QTimer m_again; ///< until a plugin's own test has passed
    QElapsedTimer m_waited;
};

/// Can a class read this screen? Present's smallest letters should be 24 px high, and not be lost on a screen of very
/// many: at least 1/60 of its height.
/// @param size  in the program's pixels. @param ratio  screen pixels for each of them.
RoomLine screenLine(const QString &name, QSize size, double ratio);

} // namespace orrery
