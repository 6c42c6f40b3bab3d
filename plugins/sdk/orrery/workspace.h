// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/item.h"

#include <QHash>
#include <QObject>
#include <QUndoStack>
#include <QVariant>

#include <functional>
#include <memory>

class QMimeData;
class QTemporaryDir;

namespace orrery {

/// All that a workspace holds at one moment, without its history. A value; copies share their data.
struct WorkspaceState
{
    QHash<ItemId, Item> items;
    QList<ItemId> order;
    QMap<QString, QList<ItemId>> collections;
    QList<ItemId> tray;
    Selection selection;
    QHash<QString, QVariant> values;
};

/// Everything the pages share: items, collections, one selection, the tray, and values (labels, parameters, drawings).
/// Every change goes through one undo stack; plugins keep none of their own.
/// Thread: interface.
class Workspace : public QObject
{
    Q_OBJECT
public:
    explicit Workspace(QObject *parent = nullptr);
    ~Workspace() override;

    // Items -----------------------------------------------------------------------------------------------------------
    QList<ItemId> items() const { return m_order; }
    bool contains(const ItemId &id) const { return m_items.contains(id); }
    /// @return an item whose isNull() is true when there is none of that id.
    Item item(const ItemId &id) const { return m_items.value(id); }
    QList<Item> items(const QList<ItemId> &ids) const;

    /// @return the ids, in order. Undo takes them away again.
    QList<ItemId> add(QList<Item> items, const QString &undoText = {});
    ItemId add(const Item &item, const QString &undoText = {}) { return add(QList<Item>{item}, undoText).value(0); }
    /// Takes items out of the workspace, collections, tray and selection. Files on disk stay.
    void remove(const QList<ItemId> &ids, const QString &undoText = {});
    /// The same without an undo step, for files that turn out to be unreadable: undo could only bring back the error.
    void forget(const QList<ItemId> &ids);
    /// Replaces the item of the same id. `merge`: follows directly on a change of the same item, as one undo step.
    void update(const Item &item, const QString &undoText = {}, bool merge = false);
    /// What was read of a file later; a cache, not a change: no undo step. An empty recipe changes none.
    void setLoadedPicture(const ItemId &id, const QImage &picture, const QJsonObject &recipe = {});

    // Collections: named lists, "Drawings", "My classes"
    // -----------------------------------------------------------------
    QStringList collections() const { return m_collections.keys(); }
    QList<ItemId> collection(const QString &name) const { return m_collections.value(name); }
    void setCollection(const QString &name, const QList<ItemId> &ids, const QString &undoText = {});

    // Tray: what the user gathered, for all pages
    // -------------------------------------------------------------------------
    QList<ItemId> tray() const { return m_tray; }
    void gather(const QList<ItemId> &ids);
    void ungather(const QList<ItemId> &ids);

    // Selection
    // ---------------------------------------------------------------------------------------------------------
    const Selection &selection() const { return m_selection; }
    void select(const QList<ItemId> &ids, const ItemId &current = {});
    /// First selected picture (or sample) that there is; null when none is selected.
    Item selectedPicture() const;

    // Values: labels, parameters, drawings. Keys are "<plugin id>/<name>"; QStringList, double, QString, QImage, …
    // ---------
    QVariant value(const QString &key, const QVariant &fallback = {}) const { return m_values.value(key, fallback); }
    /// @param merge  consecutive changes of this key become one undo step (typing, dragging a slider).
    void setValue(const QString &key, const QVariant &value, const QString &undoText = {}, bool merge = false);

    /// While everything is set aside this is another one; do not keep the reference.
    QUndoStack &undoStack() { return m_aside ? m_aside->undo : m_undo; }
    /// Several changes as one undo step: `workspace.beginMacro("Drop 3 pictures"); …; workspace.endMacro();`.
    void beginMacro(const QString &text) { undoStack().beginMacro(text); }
    void endMacro() { undoStack().endMacro(); }

    // Setting aside: somebody else plays on the pages for a while (a lesson), and the user loses nothing
    // --------------------------------------------------------
    /// Puts all that there is aside, with its undo history, and leaves an empty workspace.
    void setAside();
    bool isAside() const { return m_aside != nullptr; }
    /// Everything as it was, history and redo included. @param keep  items from in between, which are added to the end
    /// and to the tray.
    void bringBack(const QList<Item> &keep = {});
    WorkspaceState state() const;
    /// Puts another state in place of this one, which is forgotten with its history. Only while all is set aside.
    void setState(const WorkspaceState &state);
    /// True while one of these puts a whole state in place: what changes then, nobody did just now.
    bool isReplacing() const { return m_replacing; }

    // Drag and clipboard
    // --------------------------------------------------------------------------------------------------
    /// Own format, image/png of the first picture, text of texts, and files (with their recipe) for other programs.
    /// The caller owns the result.
    QMimeData *toMime(const QList<ItemId> &ids) const;

Q_SIGNALS:
    void itemsAdded(const QList<orrery::ItemId> &ids);
    void itemsRemoved(const QList<orrery::ItemId> &ids);
    void itemChanged(const orrery::ItemId &id);
    void collectionChanged(const QString &name);
    void trayChanged();
    void selectionChanged(const orrery::Selection &selection);
    void valueChanged(const QString &key);

private:
    /// One undo step; `redo` runs at once. Steps of the same key that both merge become one.
    void push(const QString &text, const QString &mergeKey, std::function<void()> redo, std::function<void()> undo);
    void insertItems(const QList<Item> &items, const QList<qsizetype> &places);
    void eraseItems(const QList<ItemId> &ids);
    void putItem(const Item &item);
    void putCollection(const QString &name, const QList<ItemId> &ids);
    void putTray(const QList<ItemId> &ids);
    void putSelection(const Selection &selection);
    void putValue(const QString &key, const QVariant &value);
    void put(const WorkspaceState &state);

    struct Aside
    {
        WorkspaceState state;
        QUndoStack undo; ///< of what is done meanwhile
    };

    QHash<ItemId, Item> m_items;
    QList<ItemId> m_order;
    QMap<QString, QList<ItemId>> m_collections;
    QList<ItemId> m_tray;
    Selection m_selection;
    QHash<QString, QVariant> m_values;
    QUndoStack m_undo;
    std::unique_ptr<Aside> m_aside;
    bool m_replacing = false;
    mutable std::unique_ptr<QTemporaryDir> m_files; ///< files for dragging out
};

/// Most pictures that one drop may bring.
inline constexpr int kMostFiles = 2000;
/// Key of the text chunk of a PNG that holds its recipe as JSON.
inline constexpr const char *kRecipeKey = "orrery-recipe";

/// What lay in a drag or on the clipboard.
struct Dropped
{
    QList<Item> items;
    QStringList unreadable; ///< one sentence each: "notes.pdf: not a picture this program can read"

    bool isEmpty() const { return items.isEmpty() && unreadable.isEmpty(); }
};

/// MIME type of Orrery's own items, JSON.
inline constexpr const char *kItemMimeType = "application/x-orrery-items+json";

/// Is there anything that `readMime` could use? Cheap; for dragging over the window.
bool canReadMime(const QMimeData &data);
/// What is in it, by kind, without reading a file. Cheap; for dragging over the window.
QList<ItemKind> kindsOf(const QMimeData &data);
/// Own items first, else files and folders (pictures in them, by name), else a picture, else text.
/// Files are looked at by ending only; reading them is for later, off the interface thread.
Dropped readMime(const QMimeData &data);
/// Pictures, sounds and tables of numbers among files, and what folders hold (with the folders in them): their
/// pictures, or their sounds where there is no picture; the first kMostFiles of either.
Dropped readPaths(const QStringList &paths);

} // namespace orrery
