// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/lesson_controller.h"

#include "app/host/host.h"
#include "app/window/chrome/command_palette.h"
#include "app/window/chrome/header_bar.h"
#include "app/window/chrome/rail.h"
#include "app/window/chrome/work_bar.h"
#include "app/window/lessons/highlight_frame.h"
#include "app/window/lessons/lesson_bar.h"
#include "app/window/main_window.h"
#include "orrery/page.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextEdit>
#include <QTimer>

namespace orrery {

namespace {

bool takesText(const QObject *object)
{
    return qobject_cast<const QLineEdit *>(object) || qobject_cast<const QPlainTextEdit *>(object) ||
           qobject_cast<const QTextEdit *>(object);
}

} // namespace

LessonController::LessonController(Host &host, MainWindow &window)
    : QObject(&window), m_host(host), m_window(window),
      m_room(host, [&window](const QString &plugin) { return window.ensurePage(plugin); }),
      m_bar(new LessonBar(&window)), m_frame(new HighlightFrame(&window))
{
    m_bar->hide();
    connect(m_bar, &LessonBar::nextClicked, this, [this] {
        if (m_runner && m_runner->atEnd() && !m_runner->isWaiting())
            leave();
        else
            next();
    });
    connect(m_bar, &LessonBar::backClicked, this, &LessonController::back);
    connect(m_bar, &LessonBar::leaveClicked, this, &LessonController::leave);
    connect(m_bar, &LessonBar::chosen, this, [this](int choice) {
        if (m_runner)
            m_runner->choose(choice);
        refreshStep(); // a click has toggled the button, whether the guess counts or not
    });
    connect(&host, &PluginHost::presentingChanged, this,
            [this] { QTimer::singleShot(0, this, &LessonController::showChrome); });
    refresh();
}

LessonController::~LessonController()
{
    m_runner.reset();
}

QString LessonController::folder() const
{
    return m_host.resourceFolder() + QStringLiteral("/lessons");
}

void LessonController::refresh()
{
    m_lessons = readLessons(folder());
    Q_EMIT lessonsChanged();
}

QString LessonController::start(const QString &id, bool present)
{
    m_room.cancel();
    const auto entry = std::find_if(m_lessons.begin(), m_lessons.end(), [&](const LessonEntry &candidate) {
        return candidate.lesson && candidate.lesson->id == id;
    });
    if (entry == m_lessons.end())
        return tr("There is no lesson “%1”.").arg(id);
    const Lesson &lesson = *entry->lesson;
    if (const QString missing = missingFor(lesson, m_host); !missing.isEmpty())
        return tr("“%1” %2.").arg(lesson.title, missing);
    if (m_runner)
        leave();
    Page *page = m_window.ensurePage(lesson.page);
    if (!page || !page->playable())
        return tr("“%1” plays on a page that is not ready yet; try again in a moment.").arg(lesson.title);
    if (const QStringList faults = refusals(lesson, *page->playable()); !faults.isEmpty())
        return faults.first();
    m_page = page;
    m_chosen = id;
    m_window.showPage(lesson.page);
    m_host.borrowModel(lesson.model);
    m_runner = std::make_unique<LessonRunner>(m_host.workspace(), *page, lesson);
    connect(m_runner.get(), &LessonRunner::changed, this, &LessonController::refreshStep);
    connect(page, &QObject::destroyed, this, &LessonController::pageGone);
    qApp->installEventFilter(this);
    if (present)
        m_window.setPresenting(true);
    m_runner->start();
    m_bar->setVisible(true);
    showChrome();
    m_bar->nextButton()->setFocus(Qt::OtherFocusReason);
    Q_EMIT changed();
    return {};
}

void LessonController::leave()
{
    if (!m_runner)
        return;
    qApp->removeEventFilter(this);
    m_wantsInspector = false;
    m_frame->setTarget(nullptr);
    m_bar->hide();
    const std::unique_ptr<LessonRunner> runner = std::move(m_runner);
    if (m_page)
        disconnect(m_page, &QObject::destroyed, this, nullptr);
    // The user's own model first: what comes back is then asked of it.
    m_host.borrowModel({});
    const int kept = runner->leave();
    m_page.clear();
    m_window.setPresenting(false);
    showChrome();
    m_window.showPage(QStringLiteral("lessons"));
    if (kept > 0)
        m_host.notify(kept == 1 ? tr("What you added in the lesson is in the tray")
                                : tr("%1 items that you added in the lesson are in the tray").arg(kept));
    Q_EMIT changed();
}

void LessonController::pageGone()
{
    // In the middle of the page's destruction.
    QTimer::singleShot(0, this, [this] {
        leave();
        m_host.notify(tr("The page of the lesson was closed"));
    });
}

void LessonController::next()
{
    if (!m_runner)
        return;
    m_window.showPage(m_runner->lesson().page);
    m_runner->next();
    m_bar->nextButton()->setFocus(Qt::OtherFocusReason);
}

void LessonController::back()
{
    if (!m_runner)
        return;
    m_window.showPage(m_runner->lesson().page);
    m_runner->back();
    m_bar->nextButton()->setFocus(Qt::OtherFocusReason);
}

bool LessonController::presentChosen()
{
    QString id = m_chosen;
    for (const LessonEntry &entry : m_lessons)
        if (id.isEmpty() && entry.lesson && missingFor(*entry.lesson, m_host).isEmpty())
            id = entry.lesson->id;
    if (id.isEmpty())
        return false;
    const QString problem = start(id, true);
    if (!problem.isEmpty())
        m_host.notify(problem);
    return true;
}

void LessonController::refreshStep()
{
    if (!m_runner || !m_page)
        return;
    m_bar->showStep(*m_runner, *m_page);
    const QString &name = m_runner->step().highlight;
    QWidget *control = name.isEmpty() ? nullptr : m_page->playable()->control(name);
    const bool inInspector = control && m_window.inspector()->isAncestorOf(control);
    if (inInspector != m_wantsInspector) {
        m_wantsInspector = inInspector;
        m_window.refreshRoom();
    }
    m_frame->setTarget(control);
    Q_EMIT changed();
}

void LessonController::showChrome()
{
    // A class looks at the page and the words, not at the way to other pages.
    const bool bare = m_runner && m_host.presenting();
    m_window.header()->setVisible(!bare);
    m_window.rail()->setVisible(!bare);
    m_window.workBar()->setVisible(!bare);
    m_window.refreshRoom();
    refreshStep();
}

bool LessonController::eventFilter(QObject *object, QEvent *event)
{
    // Sees every event of the program while a lesson plays: cheap first.
    if (event->type() != QEvent::KeyPress || !m_runner)
        return false;
    auto *widget = qobject_cast<QWidget *>(object);
    auto *press = static_cast<QKeyEvent *>(event);
    if (!widget || widget->window() != &m_window || press->isAutoRepeat() || m_window.palette()->isVisible() ||
        press->modifiers() != Qt::NoModifier)
        return false;
    if (press->key() == Qt::Key_Period && takesText(widget))
        return false;
    return keyPressed(press->key());
}

bool LessonController::keyPressed(int key)
{
    if (key != Qt::Key_PageDown && key != Qt::Key_PageUp && key != Qt::Key_Period)
        return false;
    if (m_window.isBlank()) { // any key brings the picture back
        m_window.setBlank(false);
        return true;
    }
    if (key == Qt::Key_PageDown) {
        next();
    } else if (key == Qt::Key_PageUp) {
        back();
    } else {
        if (!m_host.presenting())
            return false;
        m_window.setBlank(true);
    }
    return true;
}

} // namespace orrery
