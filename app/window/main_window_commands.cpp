// SPDX-License-Identifier: Apache-2.0
// Keys, command palette and menu of the window: one list of commands feeds all three.
#include "app/host/host.h"
#include "app/window/chrome/command_palette.h"
#include "app/window/chrome/header_bar.h"
#include "app/window/chrome/help_bubble.h"
#include "app/window/chrome/rail.h"
#include "app/window/chrome/timeline.h"
#include "app/window/chrome/tray.h"
#include "app/window/drop_controller.h"
#include "app/window/lessons/lesson_controller.h"
#include "app/window/main_window.h"
#include "app/window/stage.h"
#include "orrery/page.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>

namespace orrery {

void MainWindow::addCommands()
{
    const auto add = [this](const char *id, const QString &text, const QKeySequence &keys, std::function<void()> run,
                            std::function<bool()> enabled = {}) {
        m_host.addCommand(this, {QLatin1String(id), text, keys, std::move(run), std::move(enabled)});
    };
    // Asked each time: a lesson has a history of its own.
    const auto undo = [this]() -> QUndoStack & { return m_host.workspace().undoStack(); };
    add("file.open", tr("Open pictures or sounds…"), QKeySequence::Open, [this] { openFiles(); });
    add(
        "edit.undo", tr("Undo"), QKeySequence::Undo, [undo] { undo().undo(); }, [undo] { return undo().canUndo(); });
    add(
        "edit.redo", tr("Redo"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), [undo] { undo().redo(); },
        [undo] { return undo().canRedo(); });
    add("edit.copy", tr("Copy the selected items"), QKeySequence::Copy, [this] {
        const QList<ItemId> ids = m_host.workspace().selection().items;
        if (!ids.isEmpty())
            QGuiApplication::clipboard()->setMimeData(m_host.workspace().toMime(ids));
    });
    add("edit.paste", tr("Paste"), QKeySequence::Paste, [this] {
        if (!m_drops->paste())
            m_host.notify(tr("There is nothing on the clipboard that can be pasted here."));
    });
    add("edit.gather", tr("Gather the selection in the tray"), QKeySequence(Qt::CTRL | Qt::Key_G), [this] {
        const QList<ItemId> ids = m_host.workspace().selection().items;
        if (ids.isEmpty())
            m_host.notify(tr("Select a picture first; then it can be gathered in the tray."));
        m_host.workspace().gather(ids);
    });
    for (int i = 0; i < 4; ++i)
        add(
            qPrintable(QStringLiteral("view.page%1").arg(i + 1)), tr("Go to page %1 of the rail").arg(i + 1),
            QKeySequence(int(Qt::CTRL) | (int(Qt::Key_1) + i)),
            [this, i] {
                if (i < m_rail->upper().size())
                    showPage(m_rail->upper()[i]);
            },
            [this, i] { return i < m_rail->upper().size(); });
    add("view.lessons", tr("Go to Lessons"), {}, [this] { showPage(QStringLiteral("lessons")); });
    add("view.models", tr("Go to Models"), {}, [this] { showPage(QStringLiteral("models")); });
    add("view.plugins", tr("Go to Plugins"), {}, [this] { showPage(QStringLiteral("plugins")); });
    add("view.settings", tr("Go to Settings"), QKeySequence(Qt::CTRL | Qt::Key_Comma),
        [this] { showPage(QStringLiteral("settings")); });
    add("view.prompt", tr("Write in the prompt or the labels"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] {
        if (Page *page = m_stage->current())
            page->focusPrompt();
    });
    add("view.split", tr("Split the stage in two, or join it"), QKeySequence(Qt::CTRL | Qt::Key_Backslash),
        [this] { setSplit(!m_stage->isSplit()); });
    add("view.tray", tr("Show or hide the tray"), QKeySequence(Qt::CTRL | Qt::Key_T),
        [this] { setTrayVisible(!m_tray->isVisible()); });
    add("view.inspector", tr("Show or hide the inspector"), QKeySequence(Qt::CTRL | Qt::Key_I),
        [this] { setInspectorVisible(!m_inspector->isVisible()); });
    add("view.timeline", tr("Show or hide the timeline of all work"), QKeySequence(Qt::CTRL | Qt::Key_J),
        [this] { setTimelineVisible(!m_timeline->isVisible()); });
    add("view.present", tr("Present: larger everything"), QKeySequence(Qt::Key_F5), [this] {
        const bool fromLessons = m_current == QLatin1String("lessons") && !m_host.presenting();
        if (!fromLessons || !m_lessons->presentChosen())
            setPresenting(!m_host.presenting());
    });
    add("view.light", tr("Light theme"), {}, [this] {
        m_host.settings().setScheme(Scheme::Light);
        Theme::instance().setScheme(Scheme::Light);
    });
    add("view.dark", tr("Dark theme"), {}, [this] {
        m_host.settings().setScheme(Scheme::Dark);
        Theme::instance().setScheme(Scheme::Dark);
    });
    add("help.explain", tr("Explain the focused control"), QKeySequence(Qt::Key_F1), [this] {
        // A window that is not active has a focused control all the same.
        QWidget *focused = QApplication::focusWidget() ? QApplication::focusWidget() : focusWidget();
        m_help->explain(focused);
    });
    add("help.commands", tr("Every command…"), QKeySequence(Qt::CTRL | Qt::Key_K),
        [this] { m_palette->open(paletteCommands()); });
    add("help.about", tr("About Orrery"), {}, [this] {
        QMessageBox box(this);
        box.setWindowTitle(tr("About Orrery"));
        box.setText(tr("Orrery %1").arg(QApplication::applicationVersion()));
        box.setInformativeText(tr("Look inside the models that joined language to images and speech.\nApache-2.0."));
        box.exec();
    });
    addPluginCommands();
    add("file.quit", tr("Quit"), QKeySequence::Quit, [this] { close(); });
    syncActions();
}

std::vector<Command> MainWindow::paletteCommands()
{
    std::vector<Command> commands = m_host.commands();
    const QStringList pages = m_rail->upper();
    const auto goTo = [this](const QString &page) { return tr("Go to %1").arg(m_rail->button(page)->text()); };
    for (Command &command : commands)
        for (int i = 0; i < int(std::min<qsizetype>(4, pages.size())); ++i)
            if (command.id == QStringLiteral("view.page%1").arg(i + 1))
                command.text = goTo(pages[i]);
    for (const QString &page : pages.mid(4))
        commands.push_back({QStringLiteral("view.page.") + page, goTo(page), {}, [this, page] { showPage(page); }, {}});
    for (const LessonEntry &entry : m_lessons->lessons())
        if (entry.lesson)
            commands.push_back({QStringLiteral("lesson.") + entry.lesson->id,
                                tr("Start the lesson “%1”").arg(entry.lesson->title),
                                {},
                                [this, id = entry.lesson->id] {
                                    if (const QString problem = m_lessons->start(id, false); !problem.isEmpty())
                                        m_host.notify(problem);
                                },
                                {}});
    return commands;
}

void MainWindow::syncActions()
{
    // A key works while its command's owner lives.
    QHash<QString, QAction *> kept;
    for (const Command &command : m_host.commands()) {
        QAction *action = m_actions.take(command.id);
        if (!action) {
            action = new QAction(command.text, this);
            action->setShortcut(command.shortcut);
            addAction(action);
        } else {
            action->disconnect(this);
        }
        delete kept.take(command.id); // of a page that is on its way out: its keys would be ambiguous
        connect(action, &QAction::triggered, this, [run = command.run, enabled = command.enabled] {
            if (!enabled || enabled())
                run();
        });
        kept.insert(command.id, action);
    }
    qDeleteAll(m_actions);
    m_actions = kept;
}

void MainWindow::buildMenu()
{
    QMenu *menu = m_header->menu();
    // Filled when it opens, so that it says what can be done now.
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        QHash<QString, Command> byId;
        for (const Command &command : m_host.commands())
            byId.insert(command.id, command);
        const char *const shown[] = {"file.open",
                                     "edit.paste",
                                     "",
                                     "edit.undo",
                                     "edit.redo",
                                     "edit.gather",
                                     "",
                                     "view.split",
                                     "view.tray",
                                     "view.inspector",
                                     "view.timeline",
                                     "view.present",
                                     "",
                                     "view.settings",
                                     "help.commands",
                                     "help.explain",
                                     "help.about",
                                     "",
                                     "file.quit"};
        for (const char *id : shown) {
            if (*id == '\0') {
                menu->addSeparator();
                continue;
            }
            const Command command = byId.value(QLatin1String(id));
            QString text = command.text;
            if (command.id == QLatin1String("edit.undo") && m_host.workspace().undoStack().canUndo())
                text = tr("Undo: %1").arg(m_host.workspace().undoStack().undoText());
            if (command.id == QLatin1String("edit.redo") && m_host.workspace().undoStack().canRedo())
                text = tr("Redo: %1").arg(m_host.workspace().undoStack().redoText());
            const QString keys = command.shortcut.toString(QKeySequence::NativeText);
            QAction *action = menu->addAction(keys.isEmpty() ? text : text + u'\t' + keys);
            action->setEnabled(!command.enabled || command.enabled());
            connect(action, &QAction::triggered, this, [run = command.run] { run(); });
        }
    });
}

} // namespace orrery
