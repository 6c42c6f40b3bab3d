// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/map_run.h"

#include <QHash>

namespace orrery::embedding_map {

/// Maps that were made, kept for each collection until their memory is needed. Thread: interface.
class RunList final : public QObject
{
    Q_OBJECT

public:
    /// @param mostBytes  of all maps together; the oldest that nobody looks at go first.
    explicit RunList(QObject *parent = nullptr, std::size_t mostBytes = kMostBytes);

    void setCollection(const QString &id);
    /// Of the collection, in order of making.
    const QList<MapRun> &runs() const;
    /// Null when there is none.
    const MapRun *find(const QString &key) const;
    void put(const MapRun &run);
    void remove(const QString &key);
    /// Its points are other ones now.
    void forget(const QString &collection);
    /// These stay, however old they are.
    void setLookedAt(const QStringList &keys) { m_lookedAt = keys; }
    std::size_t bytes() const;

    static constexpr std::size_t kMostBytes = 384ull * 1024 * 1024;

Q_SIGNALS:
    void changed();

private:
    void shrink();

    std::size_t m_mostBytes;
    QString m_collection;
    QHash<QString, QList<MapRun>> m_runs;
    QStringList m_order; ///< collections, the one on screen last
    QStringList m_lookedAt;
};

} // namespace orrery::embedding_map
