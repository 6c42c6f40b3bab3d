// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/embedding_map/view/map_run.h"

#include <QWidget>

class QLabel;
class QListWidget;

namespace orrery::embedding_map {

struct Guest;

/// The neighbours of one point by name: kept, missing, made up. Thread: interface.
class NeighboursView final : public QWidget
{
    Q_OBJECT

public:
    NeighboursView(PluginHost &host, QWidget *parent = nullptr);

    /// Asks for the neighbours of a row; −1: none.
    void show(const MapCollection &collection, const MapRun &run, std::int64_t row);
    /// Nearest points of a guest, which the map cannot have lost.
    void show(const MapCollection &collection, const Guest &guest);
    void clear();
    const QList<ScatterLink> &links() const { return m_links; }
    bool isPending() const { return m_pending; }
    QListWidget *list() const { return m_list; }
    QString heading() const;

    static constexpr int kNeighbours = 10;

Q_SIGNALS:
    void linksChanged();
    void rowChosen(std::int64_t row);

private:
    void addRow(const MapCollection &collection, std::int64_t row, int kind, const QString &what);

    PluginHost &m_host;
    QLabel *m_heading;
    QLabel *m_summary;
    QListWidget *m_list;
    QList<ScatterLink> m_links;
    int m_number = 0;
    bool m_pending = false;
};

/// "fox", or "Row 12" where rows have no names.
QString nameOf(const MapCollection &collection, std::int64_t row);

} // namespace orrery::embedding_map
