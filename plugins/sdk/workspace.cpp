// SPDX-License-Identifier: Apache-2.0
#include "orrery/workspace.h"

#include <QTemporaryDir>
#include <QUndoCommand>

namespace orrery {

namespace {

/// A change as two functions. Steps with the same merge key that follow each other become one.
class Change final : public QUndoCommand
{
public:
    Change(const QString &text, const QString &mergeKey, std::function<void()> redo, std::function<void()> undo)
        : QUndoCommand(text), m_mergeKey(mergeKey), m_redo(std::move(redo)), m_undo(std::move(undo))
    {}
    void redo() override { m_redo(); }
    void undo() override { m_undo(); }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand *next) override
    {
        const auto *other = static_cast<const Change *>(next); // same id(), so it is one of ours
        if (other->m_mergeKey != m_mergeKey)
            return false;
        m_redo = other->m_redo;
        setText(other->text());
        return true;
    }

private:
    QString m_mergeKey;
    std::function<void()> m_redo, m_undo;
};

} // namespace

Workspace::Workspace(QObject *parent) : QObject(parent)
{
    // Pictures are shared, so a step costs little; typing for hours should still not grow without end.
    m_undo.setUndoLimit(500);
}

Workspace::~Workspace() = default;

QList<Item> Workspace::items(const QList<ItemId> &ids) const
{
    QList<Item> found;
    found.reserve(ids.size());
    for (const ItemId &id : ids)
        if (const auto it = m_items.constFind(id); it != m_items.constEnd())
            found.append(*it);
    return found;
}

void Workspace::push(const QString &text, const QString &mergeKey, std::function<void()> redo,
                     std::function<void()> undo)
{
    undoStack().push(new Change(text, mergeKey, std::move(redo), std::move(undo)));
}

QList<ItemId> Workspace::add(QList<Item> items, const QString &undoText)
{
    QList<ItemId> ids;
    QList<qsizetype> places;
    for (Item &item : items) {
        if (item.id.isNull() || m_items.contains(item.id) || ids.contains(item.id))
            item.id = ItemId::createUuid();
        places.append(m_order.size() + ids.size());
        ids.append(item.id);
    }
    if (ids.isEmpty())
        return ids;
    const Selection selection = m_selection;
    push(
        !undoText.isEmpty() ? undoText
        : ids.size() == 1   ? tr("Add %1").arg(items.first().name)
                            : tr("Add %1 items").arg(ids.size()),
        {}, [this, items, places] { insertItems(items, places); },
        [this, ids, selection] {
            eraseItems(ids);
            putSelection(selection);
        });
    return ids;
}

void Workspace::remove(const QList<ItemId> &ids, const QString &undoText)
{
    // Places in ascending order, so that undo can insert one after the other.
    QList<Item> items;
    QList<qsizetype> places;
    QList<ItemId> existing;
    for (qsizetype place = 0; place < m_order.size(); ++place)
        if (ids.contains(m_order[place])) {
            items.append(m_items[m_order[place]]);
            places.append(place);
            existing.append(m_order[place]);
        }
    if (existing.isEmpty())
        return;
    const Selection selection = m_selection;
    const QList<ItemId> tray = m_tray;
    const QMap<QString, QList<ItemId>> collections = m_collections;
    push(
        !undoText.isEmpty()    ? undoText
        : existing.size() == 1 ? tr("Remove %1").arg(items.first().name)
                               : tr("Remove %1 items").arg(existing.size()),
        {}, [this, existing] { eraseItems(existing); },
        [this, items, places, selection, tray, collections] {
            insertItems(items, places);
            for (auto it = collections.begin(); it != collections.end(); ++it)
                if (m_collections.value(it.key()) != it.value())
                    putCollection(it.key(), it.value());
            putTray(tray);
            putSelection(selection);
        });
}

void Workspace::update(const Item &item, const QString &undoText, bool merge)
{
    const Item before = m_items.value(item.id);
    if (before.isNull() || before == item)
        return;
    push(
        undoText.isEmpty() ? tr("Change %1").arg(item.name) : undoText,
        merge ? QStringLiteral("item/") + item.id.toString() : QString(), [this, item] { putItem(item); },
        [this, before] { putItem(before); });
}

void Workspace::setLoadedPicture(const ItemId &id, const QImage &picture, const QJsonObject &recipe)
{
    // What is set aside is read meanwhile, too; nobody would read it again.
    if (m_aside)
        if (const auto it = m_aside->state.items.find(id); it != m_aside->state.items.end()) {
            it->picture = picture;
            if (!recipe.isEmpty())
                it->recipe = recipe;
        }
    const auto it = m_items.find(id);
    if (it == m_items.end())
        return;
    it->picture = picture;
    if (!recipe.isEmpty())
        it->recipe = recipe;
    Q_EMIT itemChanged(id);
}

void Workspace::setCollection(const QString &name, const QList<ItemId> &ids, const QString &undoText)
{
    const QList<ItemId> before = m_collections.value(name);
    if (before == ids)
        return;
    push(
        undoText.isEmpty() ? tr("Change %1").arg(name) : undoText, {}, [this, name, ids] { putCollection(name, ids); },
        [this, name, before] { putCollection(name, before); });
}

void Workspace::gather(const QList<ItemId> &ids)
{
    const QList<ItemId> before = m_tray;
    QList<ItemId> after = before;
    for (const ItemId &id : ids)
        if (m_items.contains(id) && !after.contains(id))
            after.append(id);
    if (after != before)
        push(
            tr("Gather in the tray"), {}, [this, after] { putTray(after); }, [this, before] { putTray(before); });
}

void Workspace::ungather(const QList<ItemId> &ids)
{
    const QList<ItemId> before = m_tray;
    QList<ItemId> after = before;
    after.removeIf([&](const ItemId &id) { return ids.contains(id); });
    if (after != before)
        push(
            tr("Take out of the tray"), {}, [this, after] { putTray(after); }, [this, before] { putTray(before); });
}

void Workspace::select(const QList<ItemId> &ids, const ItemId &current)
{
    Selection after;
    for (const ItemId &id : ids)
        if (m_items.contains(id) && !after.items.contains(id))
            after.items.append(id);
    if (after.items.contains(current))
        after.current = current;
    else if (!after.items.isEmpty())
        after.current = after.items.last();
    const Selection before = m_selection;
    if (after == before)
        return;
    // Walking through items with the arrows is one step back, not thirty.
    push(
        tr("Select"), QStringLiteral("selection"), [this, after] { putSelection(after); },
        [this, before] { putSelection(before); });
}

Item Workspace::selectedPicture() const
{
    const Item current = m_items.value(m_selection.current);
    if (!current.isNull() && current.hasPicture())
        return current;
    for (const ItemId &id : m_selection.items)
        if (const Item item = m_items.value(id); item.hasPicture())
            return item;
    return {};
}

void Workspace::setValue(const QString &key, const QVariant &value, const QString &undoText, bool merge)
{
    const QVariant before = m_values.value(key);
    if (before == value)
        return;
    push(
        undoText.isEmpty() ? tr("Change a setting") : undoText, merge ? QStringLiteral("value/") + key : QString(),
        [this, key, value] { putValue(key, value); }, [this, key, before] { putValue(key, before); });
}

void Workspace::insertItems(const QList<Item> &items, const QList<qsizetype> &places)
{
    QList<ItemId> ids;
    for (qsizetype i = 0; i < items.size(); ++i) {
        m_items.insert(items[i].id, items[i]);
        m_order.insert(std::min(places[i], m_order.size()), items[i].id);
        ids.append(items[i].id);
    }
    Q_EMIT itemsAdded(ids);
}

void Workspace::eraseItems(const QList<ItemId> &ids)
{
    const auto gone = [&](const ItemId &id) { return ids.contains(id); };
    for (const ItemId &id : ids)
        m_items.remove(id);
    m_order.removeIf(gone);
    Q_EMIT itemsRemoved(ids);
    const QStringList names = m_collections.keys();
    for (const QString &name : names) {
        QList<ItemId> left = m_collections[name];
        if (left.removeIf(gone) > 0)
            putCollection(name, left);
    }
    QList<ItemId> tray = m_tray;
    if (tray.removeIf(gone) > 0)
        putTray(tray);
    putSelection(m_selection);
}

void Workspace::putItem(const Item &item)
{
    const auto found = m_items.find(item.id);
    if (found == m_items.end())
        return; // it was forgotten, and undo does not bring it back
    Item &place = *found;
    const QImage loaded = place.path == item.path ? place.picture : QImage();
    place = item;
    // Undo must not forget pixels that were read from the file in the meantime.
    if (place.picture.isNull())
        place.picture = loaded;
    Q_EMIT itemChanged(item.id);
}

void Workspace::putCollection(const QString &name, const QList<ItemId> &wanted)
{
    QList<ItemId> ids = wanted;
    ids.removeIf([this](const ItemId &id) { return !m_items.contains(id); });
    if (ids.isEmpty())
        m_collections.remove(name);
    else
        m_collections.insert(name, ids);
    Q_EMIT collectionChanged(name);
}

void Workspace::putTray(const QList<ItemId> &wanted)
{
    QList<ItemId> ids = wanted;
    ids.removeIf([this](const ItemId &id) { return !m_items.contains(id); });
    if (m_tray == ids)
        return;
    m_tray = ids;
    Q_EMIT trayChanged();
}

void Workspace::putSelection(const Selection &wanted)
{
    Selection selection = wanted;
    selection.items.removeIf([this](const ItemId &id) { return !m_items.contains(id); }); // some were forgotten
    if (!selection.contains(selection.current))
        selection.current = selection.items.isEmpty() ? ItemId() : selection.items.last();
    if (m_selection == selection)
        return;
    m_selection = selection;
    Q_EMIT selectionChanged(m_selection);
}

void Workspace::putValue(const QString &key, const QVariant &value)
{
    if (value.isValid())
        m_values.insert(key, value);
    else
        m_values.remove(key);
    Q_EMIT valueChanged(key);
}

} // namespace orrery
