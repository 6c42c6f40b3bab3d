// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_selection.h"

#include <algorithm>

namespace orrery::embedding_map {

MapSelection::MapSelection(PluginHost &host, MapState &state, QObject *parent)
    : QObject(parent), m_host(host), m_state(state)
{
    connect(&host.workspace(), &Workspace::selectionChanged, this, &MapSelection::readWorkspace);
    connect(&state, &MapState::rowsChanged, this, &MapSelection::readState);
}

void MapSelection::setCollection(MapCollection *collection)
{
    m_collection = collection;
    m_rowOf.clear();
    const std::size_t known = collection ? collection->items.size() : 0;
    for (std::size_t row = 0; row < known; ++row)
        if (!collection->items[row].isNull())
            m_rowOf.insert(collection->items[row], std::int64_t(row));
    m_rows.clear();
    m_current = -1;
    readState();
    if (m_rows.empty())
        readWorkspace();
    Q_EMIT changed();
}

ItemId MapSelection::itemOf(std::int64_t row) const
{
    if (!m_collection || row < 0 || std::size_t(row) >= m_collection->items.size())
        return {};
    const ItemId id = m_collection->items[std::size_t(row)];
    return m_host.workspace().contains(id) ? id : ItemId(); // undo may have taken it away
}

void MapSelection::selectRows(const std::vector<std::int64_t> &rows, std::int64_t current)
{
    if (!m_collection)
        return;
    Workspace &workspace = m_host.workspace();
    QList<ItemId> ids;
    for (const std::int64_t row : rows)
        if (const ItemId id = itemOf(row); !id.isNull())
            ids.append(id);
    QList<qint64> kept;
    if (qsizetype(rows.size()) <= MapState::kMostRows)
        kept = QList<qint64>(rows.begin(), rows.end());
    m_selecting = true;
    // A change of both is one step.
    const bool both = !ids.isEmpty() && ids != workspace.selection().items && kept != m_state.rows(m_collection->id);
    if (both)
        workspace.beginMacro(tr("Select %n point(s)", nullptr, int(rows.size())));
    m_state.setRows(m_collection->id, kept);
    if (!ids.isEmpty() && ids != workspace.selection().items)
        workspace.select(ids, itemOf(current).isNull() ? ids.front() : itemOf(current));
    if (both)
        workspace.endMacro();
    m_selecting = false;
    setRows(rows, current);
}

void MapSelection::readWorkspace()
{
    if (m_selecting || m_rowOf.isEmpty())
        return;
    const Selection &selection = m_host.workspace().selection();
    std::vector<std::int64_t> rows;
    for (const ItemId &id : selection.items)
        if (const auto it = m_rowOf.constFind(id); it != m_rowOf.constEnd())
            rows.push_back(*it);
    if (rows.empty()) // something that is not on this map
        return;
    setRows(rows, m_rowOf.value(selection.current, rows.front()));
}

void MapSelection::readState()
{
    if (m_selecting || !m_collection || !m_collection->points)
        return;
    std::vector<std::int64_t> rows;
    for (const qint64 row : m_state.rows(m_collection->id))
        if (row >= 0 && row < m_collection->points->rows)
            rows.push_back(row);
    setRows(rows, rows.empty() ? -1 : rows.back());
}

void MapSelection::setRows(std::vector<std::int64_t> rows, std::int64_t current)
{
    if (rows == m_rows && current == m_current)
        return;
    m_rows = std::move(rows);
    m_current = current;
    Q_EMIT changed();
}

QList<ItemId> MapSelection::toItems(const QString &undoText)
{
    QList<ItemId> ids;
    if (!m_collection)
        return ids;
    std::vector<std::int64_t> rows = m_rows;
    if (rows.size() > kMostSent) {
        m_host.notify(tr("Only the first %1 of the %2 points were taken").arg(kMostSent).arg(rows.size()));
        rows.resize(kMostSent);
    }
    QList<Item> fresh;
    std::vector<std::int64_t> freshRows;
    for (const std::int64_t row : rows)
        if (itemOf(row).isNull() && m_collection->item) {
            fresh.append(m_collection->item(row));
            freshRows.push_back(row);
        }
    const QList<ItemId> added = fresh.isEmpty() ? QList<ItemId>() : m_host.workspace().add(fresh, undoText);
    if (m_collection->items.empty() && m_collection->points)
        m_collection->items = decltype(m_collection->items)(m_collection->points->rows);
    for (qsizetype i = 0; i < added.size(); ++i) {
        m_collection->items[freshRows[std::size_t(i)]] = added[i];
        m_rowOf.insert(added[i], freshRows[std::size_t(i)]);
    }
    for (const std::int64_t row : rows)
        if (const ItemId id = itemOf(row); !id.isNull())
            ids.append(id);
    return ids;
}

} // namespace orrery::embedding_map
