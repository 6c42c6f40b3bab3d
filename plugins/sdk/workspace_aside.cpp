// SPDX-License-Identifier: Apache-2.0
// Setting everything aside, and putting whole states in place.
#include "orrery/workspace.h"

namespace orrery {

void Workspace::setAside()
{
    if (m_aside)
        return;
    auto aside = std::make_unique<Aside>();
    aside->state = state();
    aside->undo.setUndoLimit(m_undo.undoLimit());
    m_aside = std::move(aside);
    put({});
}

void Workspace::bringBack(const QList<Item> &keep)
{
    if (!m_aside)
        return;
    WorkspaceState before = std::move(m_aside->state);
    m_aside.reset();
    // At the end, so that the places which undo remembers stay right.
    for (const Item &item : keep)
        if (!before.items.contains(item.id)) {
            before.items.insert(item.id, item);
            before.order.append(item.id);
            before.tray.append(item.id);
        }
    put(before);
}

WorkspaceState Workspace::state() const
{
    return {m_items, m_order, m_collections, m_tray, m_selection, m_values};
}

void Workspace::setState(const WorkspaceState &state)
{
    if (!m_aside)
        return;
    m_aside->undo.clear();
    put(state);
}

void Workspace::forget(const QList<ItemId> &ids)
{
    if (m_aside) {
        WorkspaceState &state = m_aside->state;
        const auto gone = [&](const ItemId &id) { return ids.contains(id); };
        for (const ItemId &id : ids)
            state.items.remove(id);
        state.order.removeIf(gone);
        state.tray.removeIf(gone);
        state.selection.items.removeIf(gone);
        if (gone(state.selection.current))
            state.selection.current = state.selection.items.value(0);
        for (QList<ItemId> &collection : state.collections)
            collection.removeIf(gone);
    }
    eraseItems(ids);
}

void Workspace::put(const WorkspaceState &state)
{
    const WorkspaceState before = this->state();
    m_replacing = true;
    // All of it is there before anybody hears of it: half a state is a state that never was.
    m_items = state.items;
    m_order = state.order;
    m_collections = state.collections;
    m_tray = state.tray;
    m_selection = state.selection;
    m_values = state.values;

    QList<ItemId> gone, added, changed;
    for (const ItemId &id : before.order)
        if (!state.items.contains(id))
            gone.append(id);
    for (const ItemId &id : state.order)
        if (!before.items.contains(id))
            added.append(id);
        else if (!(before.items[id] == state.items[id]))
            changed.append(id);
    if (!gone.isEmpty())
        Q_EMIT itemsRemoved(gone);
    if (!added.isEmpty())
        Q_EMIT itemsAdded(added);
    for (const ItemId &id : changed)
        Q_EMIT itemChanged(id);
    QStringList names = before.collections.keys() + state.collections.keys();
    names.removeDuplicates();
    for (const QString &name : names)
        if (before.collections.value(name) != state.collections.value(name))
            Q_EMIT collectionChanged(name);
    if (before.tray != state.tray)
        Q_EMIT trayChanged();
    QStringList keys = before.values.keys() + state.values.keys();
    keys.removeDuplicates();
    for (const QString &key : keys)
        if (before.values.value(key) != state.values.value(key))
            Q_EMIT valueChanged(key);
    if (!(before.selection == state.selection))
        Q_EMIT selectionChanged(m_selection);
    m_replacing = false;
}

} // namespace orrery
