// SPDX-License-Identifier: Apache-2.0
#include "app/window/drop_controller.h"

#include "app/host/host.h"
#include "app/window/chrome/drop_overlay.h"
#include "app/window/chrome/tray.h"
#include "app/window/macro_scope.h"
#include "app/window/main_window.h"
#include "app/window/stage.h"
#include "orrery/page.h"

#include <QApplication>
#include <QClipboard>
#include <QDropEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QTextEdit>

namespace orrery {

namespace {

/// Text alone belongs into the field under it; everything else is the window's.
bool isOurs(const QMimeData &data)
{
    return data.hasFormat(QString::fromLatin1(kItemMimeType)) || data.hasUrls() || data.hasImage();
}

QList<ItemKind> kindsOf(const QList<Item> &items)
{
    QList<ItemKind> kinds;
    for (const Item &item : items)
        if (!kinds.contains(item.kind))
            kinds.append(item.kind);
    return kinds;
}

} // namespace

DropController::DropController(Host &host, MainWindow &window)
    : QObject(&window), m_host(host), m_window(window), m_overlay(new DropOverlay(&window))
{
    qApp->installEventFilter(this);
    connect(&host.pictures(), &PictureLoader::unreadable, this, &DropController::unreadable);
}

bool DropController::eventFilter(QObject *object, QEvent *event)
{
    // Cheap first: this sees every event of the program.
    if (event->type() == QEvent::DragEnter || event->type() == QEvent::Drop) {
        auto *widget = qobject_cast<QWidget *>(object);
        if (!widget || widget == m_overlay || widget->window() != &m_window)
            return false;
        auto *drop = static_cast<QDropEvent *>(event); // QDragEnterEvent is one too
        if (!isOurs(*drop->mimeData()))
            return false;
        if (event->type() == QEvent::DragEnter) {
            openOverlay(*drop->mimeData());
            drop->acceptProposedAction();
            return true;
        }
        // Dropped before the overlay saw a move.
        m_overlay->hide();
        const QPoint at = widget->mapTo(&m_window, drop->position().toPoint());
        if (const DropOverlay::Zone *zone = m_overlay->zoneAt(at))
            zone->drop(*drop->mimeData());
        drop->acceptProposedAction();
        return true;
    }
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->matches(QKeySequence::Paste)) {
        // A text field would take the key, and do nothing with a picture.
        const QMimeData *data = QGuiApplication::clipboard()->mimeData();
        auto *widget = qobject_cast<QWidget *>(object);
        // Text that has a picture beside it, as a copied ranking does, is text to a text field.
        const bool typed = data && data->hasText() && !data->hasUrls() &&
                           (qobject_cast<QLineEdit *>(widget) || qobject_cast<QPlainTextEdit *>(widget) ||
                            qobject_cast<QTextEdit *>(widget));
        if (data && widget && !typed && widget->window() == &m_window && isOurs(*data)) {
            event->ignore();
            return true; // the window's own shortcut gets it
        }
    }
    return false;
}

void DropController::openOverlay(const QMimeData &data)
{
    const QList<ItemKind> kinds = orrery::kindsOf(data);
    std::vector<DropOverlay::Zone> zones;
    for (Page *page : m_window.stage()->visiblePages()) {
        const QString text = page->dropText(kinds);
        if (text.isEmpty())
            continue;
        const QRect place(page->mapTo(&m_window, QPoint(0, 0)), page->size());
        zones.push_back({place, text, [this, page = QPointer<Page>(page)](const QMimeData &dropped) {
                             if (page)
                                 give(readMime(dropped), page);
                         }});
    }
    const QRect foot(0, m_window.height() - m_window.theme().px(140), m_window.width(), m_window.theme().px(112));
    const QWidget *tray = m_window.tray();
    const QRect place = tray->isVisible() ? QRect(tray->mapTo(&m_window, QPoint(0, 0)), tray->size()) : foot;
    for (DropOverlay::Zone &zone : zones)
        zone.place.setBottom(std::min(zone.place.bottom(), place.top()));
    zones.push_back({place, tr("Gather in the tray"), [this](const QMimeData &dropped) { gather(readMime(dropped)); }});
    m_overlay->open(std::move(zones));
}

void DropController::give(const Dropped &dropped, Page *page)
{
    Q_EMIT began();
    if (!dropped.unreadable.isEmpty())
        Q_EMIT unreadable(dropped.unreadable);
    if (dropped.items.isEmpty())
        return;
    Workspace &workspace = m_host.workspace();
    const MacroScope oneStep(workspace, dropped.items.size() == 1 ? tr("Add %1").arg(dropped.items.first().name)
                                                                  : tr("Add %1 items").arg(dropped.items.size()));
    const QList<ItemId> ids = workspace.add(dropped.items);
    workspace.select(ids, ids.first());
    callFor(page, [&] { page->take(ids); });
}

void DropController::gather(const Dropped &dropped)
{
    Q_EMIT began();
    if (!dropped.unreadable.isEmpty())
        Q_EMIT unreadable(dropped.unreadable);
    if (dropped.items.isEmpty())
        return;
    Workspace &workspace = m_host.workspace();
    const MacroScope oneStep(workspace, tr("Gather %1 items").arg(dropped.items.size()));
    // An item dragged from a page of this window is the same item, not a copy.
    QList<ItemId> ids;
    QList<Item> fresh;
    for (const Item &item : dropped.items)
        if (!item.id.isNull() && workspace.contains(item.id))
            ids.append(item.id);
        else
            fresh.append(item);
    ids += workspace.add(fresh);
    workspace.gather(ids);
}

void DropController::givePaths(const QStringList &paths)
{
    const Dropped dropped = readPaths(paths);
    if (Page *page = m_window.pageFor(kindsOf(dropped.items)))
        give(dropped, page);
    else if (!dropped.unreadable.isEmpty())
        Q_EMIT unreadable(dropped.unreadable);
}

bool DropController::paste()
{
    const QMimeData *data = QGuiApplication::clipboard()->mimeData();
    if (!data || !canReadMime(*data))
        return false;
    const Dropped dropped = readMime(*data);
    Page *page = m_window.pageFor(kindsOf(dropped.items));
    if (page)
        give(dropped, page);
    else
        gather(dropped);
    return true;
}

} // namespace orrery
