// SPDX-License-Identifier: Apache-2.0
// The stories of the window itself; pages add theirs after the first.
#include "app/host/host.h"
#include "app/window/chrome/command_palette.h"
#include "app/window/chrome/drop_overlay.h"
#include "app/window/chrome/header_bar.h"
#include "app/window/chrome/help_bubble.h"
#include "app/window/chrome/model_popover.h"
#include "app/window/chrome/rail.h"
#include "app/window/chrome/timeline.h"
#include "app/window/chrome/tray.h"
#include "app/window/chrome/work_bar.h"
#include "app/window/drop_controller.h"
#include "app/window/main_window.h"
#include "app/window/pages/waiting_page.h"
#include "app/window/stage.h"
#include "app/window/tour.h"
#include "orrery/live_rows.h"
#include "orrery/page.h"
#include "widgets/error_card.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QToolButton>

namespace orrery {

std::vector<TourStep> Tour::shellSteps()
{
    MainWindow *window = &m_window;
    Host *host = &m_host;
    const auto onPage = [window](const char *id) {
        return [window, wanted = QString::fromLatin1(id)] { return window->currentPage() == wanted; };
    };
    const auto clickRail = [window](const char *id) {
        return [window, wanted = QString::fromLatin1(id)] { tour::click(window->rail()->button(wanted)); };
    };
    const QString folder = m_folder;

    std::vector<TourStep> steps;
    steps.push_back({.name = QStringLiteral("first-start"),
                     .what = tr("the window opens and its first page is up"),
                     .done =
                         [window, host] {
                             Page *page = window->stage()->current();
                             return page && !qobject_cast<WaitingPage *>(page) && host->engineState().has_value();
                         },
                     .timeoutMs = 60000,
                     .why =
                         [window, host] {
                             const PluginEntry *plugin = host->plugins().find(window->currentPage());
                             return plugin ? plugin->reason : QString();
                         }});
    // Stories of the page come here, those of each other page where it is first shown.
    for (const QString &id : window->rail()->upper().mid(1))
        steps.push_back({.name = id.mid(id.lastIndexOf(u'.') + 1),
                         .what = tr("the page %1 opens").arg(window->rail()->button(id)->text()),
                         .act = [window, id] { tour::click(window->rail()->button(id)); },
                         .done =
                             [window, id] {
                                 return window->currentPage() == id &&
                                        !qobject_cast<WaitingPage *>(window->stage()->current());
                             }});
    steps.push_back({.name = QStringLiteral("drop-zones"),
                     .what = tr("files held over the window: every zone says what it would do"),
                     .act =
                         [window, host] {
                             window->showPage(window->rail()->upper().value(0));
                             tour::dragFiles(window->stage()->current(),
                                             {host->resourceFolder() + QStringLiteral("/examples/cat.png")});
                         },
                     .done =
                         [window] {
                             const auto *overlay = window->findChild<DropOverlay *>();
                             return overlay && overlay->isVisible() && overlay->zones().size() >= 2;
                         }});
    steps.push_back({.name = QStringLiteral("model-chip"),
                     .what = tr("the chip tells what the model knows, and what not"),
                     .act =
                         [window] {
                             tour::leave(window->stage()->current());
                             tour::click(window->header()->modelChip());
                         },
                     .done =
                         [window] {
                             const auto *popover = qobject_cast<ModelPopover *>(QApplication::activePopupWidget());
                             return popover && !window->findChild<DropOverlay *>()->isVisible();
                         }});
    steps.push_back({.name = QStringLiteral("unreadable-file"),
                     .what = tr("a file that is no picture is named in one list"),
                     .act =
                         [window, folder] {
                             if (QWidget *popover = QApplication::activePopupWidget())
                                 popover->close();
                             const QString text = QDir(folder).absoluteFilePath(QStringLiteral("notes.txt"));
                             const QString damaged = QDir(folder).absoluteFilePath(QStringLiteral("damaged.png"));
                             for (const QString &path : {text, damaged}) {
                                 QFile file(path);
                                 if (file.open(QIODevice::WriteOnly))
                                     file.write("not a picture at all");
                             }
                             tour::dropFiles(window->stage()->current(), {text, damaged});
                         },
                     .done =
                         [window] {
                             return window->banner()->isVisible() &&
                                    window->banner()->message().contains(QLatin1String("damaged.png"));
                         },
                     .why = [window] { return window->banner()->message(); }});
    steps.push_back(
        {.name = QStringLiteral("gather"),
         .what = tr("a dropped picture is gathered in the tray"),
         .act =
             [window, host] {
                 window->banner()->clear();
                 Workspace &workspace = host->workspace();
                 if (workspace.selection().isEmpty())
                     tour::dropFiles(window->stage()->current(),
                                     {host->resourceFolder() + QStringLiteral("/examples/cat.png")});
                 tour::shortcut(window, Qt::Key_G, Qt::ControlModifier);
             },
         .done = [window, host] { return !host->workspace().tray().isEmpty() && window->tray()->isVisible(); }});
    steps.push_back(
        {.name = QStringLiteral("command-palette"),
         .what = tr("Ctrl+K finds a command by a few letters"),
         .act =
             [window] {
                 tour::shortcut(window, Qt::Key_K, Qt::ControlModifier);
                 tour::type(window->palette()->input(), QStringLiteral("timel"));
             },
         .done =
             [window] {
                 const auto *item = window->palette()->list()->item(0);
                 return window->palette()->isVisible() && item && item->text().contains(QLatin1String("timeline"));
             },
         .why = [window] { return window->palette()->isVisible() ? tr("it is open") : tr("it is closed"); }});
    steps.push_back({.name = QStringLiteral("timeline"),
                     .what = tr("the command opens the timeline of all work"),
                     .act = [window] { tour::key(window->palette()->input(), Qt::Key_Return); },
                     .done = [window] { return window->timeline()->isVisible() && !window->palette()->isVisible(); }});
    steps.push_back({.name = QStringLiteral("models"),
                     .what = tr("the models of this computer, with cards"),
                     .act =
                         [window, clickRail] {
                             window->setTimelineVisible(false);
                             clickRail("models")();
                         },
                     .done = [host, onPage] { return onPage("models")() && !host->modelCards().empty(); },
                     .why = [] { return tr("no model was listed"); }});
    steps.push_back({.name = QStringLiteral("plugins"),
                     .what = tr("the plugins, and where an own one starts"),
                     .act = clickRail("plugins"),
                     .done = onPage("plugins")});
    for (TourStep &step : developerSteps())
        steps.push_back(std::move(step));
    steps.push_back({.name = QStringLiteral("explained"),
                     .what = tr("F1 explains the focused control"),
                     .act =
                         [window] {
                             window->header()->modelChip()->setFocus(Qt::TabFocusReason);
                             tour::shortcut(window, Qt::Key_F1, Qt::NoModifier);
                         },
                     .done = [window] { return window->help()->isVisible(); }});
    steps.push_back({.name = QStringLiteral("settings"),
                     .what = tr("look, engine and network"),
                     .act =
                         [window, clickRail] {
                             window->help()->hide();
                             clickRail("settings")();
                         },
                     .done = onPage("settings")});
    for (TourStep &step : lessonSteps())
        steps.push_back(std::move(step));
    const auto hasPage = [window](const char *id) { return window->rail()->upper().contains(QLatin1String(id)); };
    if (hasPage("orrery.speech") && hasPage("orrery.embedding-map"))
        steps.push_back({.name = QStringLiteral("follow-on-map"),
                         .what = tr("a map of what is heard opens beside it, and follows"),
                         .act =
                             [window] {
                                 tour::shortcut(window, Qt::Key_K, Qt::ControlModifier);
                                 tour::type(window->palette()->input(), QStringLiteral("follow on the map"));
                                 tour::key(window->palette()->input(), Qt::Key_Return);
                             },
                         .done =
                             [window, host] {
                                 const LiveRows &rows = LiveRows::of(host->workspace());
                                 const QList<ItemId> ids = host->workspace().items();
                                 const bool sent =
                                     !ids.isEmpty() && host->workspace().item(ids.last()).kind == ItemKind::Array;
                                 return sent && rows.isOn() && rows.refusal().isEmpty() &&
                                        window->stage()->visiblePages().size() == 2;
                             },
                         .timeoutMs = 60000,
                         .why = [host] { return LiveRows::of(host->workspace()).refusal(); },
                         .once = true});
    steps.push_back({.name = QStringLiteral("split"),
                     .what = tr("two pages side by side"),
                     .act =
                         [window, host] {
                             LiveRows::of(host->workspace()).end();
                             window->setSplit(false);
                             window->showPage(window->rail()->upper().value(0));
                             tour::shortcut(window, Qt::Key_Backslash, Qt::ControlModifier);
                         },
                     .done = [window] { return window->stage()->visiblePages().size() == 2; }});
    steps.push_back({.name = QStringLiteral("present"),
                     .what = tr("F5 enlarges everything for a projector"),
                     .act =
                         [window] {
                             window->setSplit(false);
                             tour::shortcut(window, Qt::Key_F5, Qt::NoModifier);
                         },
                     .done = [host] { return host->presenting(); }});
    steps.push_back({.name = QStringLiteral("back"),
                     .what = tr("Esc leaves the presentation"),
                     .act = [window] { tour::key(window, Qt::Key_Escape); },
                     .done = [window, host] { return !host->presenting() && !window->isFullScreen(); }});
    return steps;
}

} // namespace orrery
