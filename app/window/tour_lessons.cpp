// SPDX-License-Identifier: Apache-2.0
// The teacher's story: check the room, F5, the class guesses, Page Down reveals, Esc brings everything back.
#include "app/host/host.h"
#include "app/window/chrome/rail.h"
#include "app/window/lessons/lesson_bar.h"
#include "app/window/lessons/lesson_controller.h"
#include "app/window/main_window.h"
#include "app/window/stage.h"
#include "app/window/tour.h"
#include "orrery/page.h"

#include <QPushButton>
#include <QToolButton>

#include <cmath>
#include <memory>

namespace orrery {

namespace {

bool sameWork(const WorkspaceState &a, const WorkspaceState &b)
{
    return a.order == b.order && a.items.keys() == b.items.keys() && a.tray == b.tray && a.selection == b.selection &&
           a.values == b.values && a.collections == b.collections;
}

} // namespace

std::vector<TourStep> Tour::lessonSteps()
{
    MainWindow *window = &m_window;
    Host *host = &m_host;
    LessonController *lessons = m_window.lessons();
    const auto key = [lessons](int code) { tour::key(lessons->bar()->nextButton(), code); };
    // The result is there, and every number that the words name.
    const auto told = [lessons](int step, LessonRunner::Phase phase) {
        const LessonRunner *runner = lessons->runner();
        return runner && !runner->isWaiting() && runner->stepNumber() == step && runner->phase() == phase &&
               runner->trouble().isEmpty() && !lessons->bar()->text().contains(u'…');
    };
    const auto why = [lessons] {
        const LessonRunner *runner = lessons->runner();
        return runner
                   ? tr("step %1: %2 %3").arg(runner->stepNumber() + 1).arg(lessons->bar()->text(), runner->trouble())
                   : tr("no lesson plays");
    };
    using Phase = LessonRunner::Phase;
    const auto users = std::make_shared<WorkspaceState>();

    std::vector<TourStep> steps;
    steps.push_back({.name = QStringLiteral("lessons"),
                     .what = tr("the lessons of this computer, ready offline"),
                     .act =
                         [window, host, users] {
                             *users = host->workspace().state();
                             tour::click(window->rail()->button(QStringLiteral("lessons")));
                         },
                     .done =
                         [window] {
                             const auto *start =
                                 window->findChild<QPushButton *>(QStringLiteral("start-what-softmax-hides"));
                             return window->currentPage() == QLatin1String("lessons") && start && start->isEnabled();
                         }});
    steps.push_back(
        {.name = QStringLiteral("room-checked"),
         .what = tr("Check this room plays every lesson and looks at the screen"),
         .act = [window] { tour::click(window->findChild<QPushButton *>(QStringLiteral("checkRoom"))); },
         .done = [host, lessons,
                  users] { return lessons->room().passed() && sameWork(*users, host->workspace().state()); },
         .timeoutMs = 60000,
         .why =
             [lessons] {
                 QStringList lines{lessons->room().progress()};
                 for (const RoomLine &line : lessons->room().lines())
                     lines.append(line.title + QStringLiteral(": ") + line.text);
                 return lines.join(QStringLiteral("; "));
             },
         .once = true});
    steps.push_back({.name = QStringLiteral("lesson-present-begun"),
                     .what = tr("F5 begins the lesson for a projector"),
                     .act = [window] { tour::shortcut(window, Qt::Key_F5, Qt::NoModifier); },
                     .done = [host, told] { return host->presenting() && told(0, Phase::Shown); },
                     .why = why});
    steps.push_back({.name = QStringLiteral("lesson-present-asked"),
                     .what = tr("Page Down asks, and the class guesses"),
                     .act =
                         [lessons, key] {
                             key(Qt::Key_PageDown);
                             if (lessons->bar()->choices().size() > 2)
                                 tour::click(lessons->bar()->choices()[2]);
                         },
                     .done = [told, lessons] { return told(1, Phase::Asked); },
                     .why = why});
    steps.push_back({.name = QStringLiteral("lesson-present-revealed"),
                     .what = tr("Page Down reveals: the share falls, the cosine does not move"),
                     .act = [key] { key(Qt::Key_PageDown); },
                     .done =
                         [told, lessons] {
                             if (!told(1, Phase::Shown))
                                 return false;
                             const LessonScene scene = lessons->runner()->scene();
                             const auto before = scene.before.value(QStringLiteral("fox"));
                             const auto now = scene.now.value(QStringLiteral("fox"));
                             return now.value(QStringLiteral("share")) < before.value(QStringLiteral("share")) &&
                                    std::fabs(now.value(QStringLiteral("cosine")) -
                                              before.value(QStringLiteral("cosine"))) < 1e-6;
                         },
                     .why = why});
    steps.push_back({.name = QStringLiteral("lesson-in-window"),
                     .what = tr("the lesson goes on in the window"),
                     .act =
                         [window, key] {
                             tour::shortcut(window, Qt::Key_F5, Qt::NoModifier);
                             key(Qt::Key_PageDown);
                         },
                     .done = [host, told] { return !host->presenting() && told(2, Phase::Shown); },
                     .why = why});
    steps.push_back({.name = QStringLiteral("lesson-back"),
                     .what = tr("Page Up goes back before the reveal, without the wolf"),
                     .act =
                         [key] {
                             key(Qt::Key_PageUp);
                             key(Qt::Key_PageUp);
                         },
                     .done =
                         [window, told] {
                             Page *page = window->stage()->current();
                             return told(1, Phase::Asked) && page->playable()->settled() &&
                                    !page->playable()->readings().contains(QStringLiteral("wolf"));
                         },
                     .why = why});
    steps.push_back({.name = QStringLiteral("lesson-left"),
                     .what = tr("Esc leaves, and the user's own names and pictures are back"),
                     .act = [key] { key(Qt::Key_Escape); },
                     .done =
                         [window, host, lessons, users] {
                             return !lessons->isPlaying() && window->currentPage() == QLatin1String("lessons") &&
                                    sameWork(*users, host->workspace().state());
                         },
                     .why = why});
    return steps;
}

} // namespace orrery
