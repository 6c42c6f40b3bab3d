// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/map_state.h"

namespace orrery::embedding_map {

/// Selected rows of the map and selected items of the workspace, kept alike where a row is an item. Other rows become
/// items only when they are sent. Thread: interface.
class MapSelection final : public QObject
{
    Q_OBJECT

public:
    MapSelection(PluginHost &host, MapState &state, QObject *parent = nullptr);

    /// @param collection  of the page; its `items` are filled in as rows become items
    void setCollection(MapCollection *collection);
    /// What the user selected on the map, as one step of undo.
    void selectRows(const std::vector<std::int64_t> &rows, std::int64_t current);
    const std::vector<std::int64_t> &rows() const { return m_rows; }
    std::int64_t current() const { return m_current; }

    /// The selected rows as items of the workspace; those that were none are added to it.
    QList<ItemId> toItems(const QString &undoText);
    bool canSend() const { return m_collection && m_collection->item && !m_rows.empty(); }

    static constexpr std::size_t kMostSent = 500; ///< a tray of more would be no tray

Q_SIGNALS:
    void changed();

private:
    ItemId itemOf(std::int64_t row) const;
    void readWorkspace();
    void readState();
    void setRows(std::vector<std::int64_t> rows, std::int64_t current);

    PluginHost &m_host;
    MapState &m_state;
    MapCollection *m_collection = nullptr;
    QHash<ItemId, std::int64_t> m_rowOf;
    std::vector<std::int64_t> m_rows;
    std::int64_t m_current = -1;
    bool m_selecting = false;
};

} // namespace orrery::embedding_map
