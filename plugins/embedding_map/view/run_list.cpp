// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/run_list.h"

#include <algorithm>

namespace orrery::embedding_map {

RunList::RunList(QObject *parent, std::size_t mostBytes) : QObject(parent), m_mostBytes(mostBytes) {}

void RunList::setCollection(const QString &id)
{
    m_collection = id;
    m_order.removeAll(id);
    m_order.append(id);
    m_runs[id];
    Q_EMIT changed();
}

const QList<MapRun> &RunList::runs() const
{
    static const QList<MapRun> none;
    const auto it = m_runs.constFind(m_collection);
    return it == m_runs.constEnd() ? none : *it;
}

const MapRun *RunList::find(const QString &key) const
{
    const QList<MapRun> &all = runs();
    const auto it = std::ranges::find(all, key, &MapRun::key);
    return it == all.end() ? nullptr : &*it;
}

void RunList::put(const MapRun &run)
{
    QList<MapRun> &all = m_runs[m_collection];
    const auto it = std::ranges::find(all, run.key, &MapRun::key);
    if (it == all.end())
        all.append(run);
    else
        *it = run;
    shrink();
    Q_EMIT changed();
}

void RunList::remove(const QString &key)
{
    m_runs[m_collection].removeIf([&](const MapRun &run) { return run.key == key; });
    Q_EMIT changed();
}

void RunList::forget(const QString &collection)
{
    m_runs.remove(collection);
    Q_EMIT changed();
}

std::size_t RunList::bytes() const
{
    std::size_t sum = 0;
    for (const QList<MapRun> &all : m_runs)
        for (const MapRun &run : all)
            sum += run.bytes();
    return sum;
}

void RunList::shrink()
{
    // What only goes on with an optimiser goes before a map does; maps of other collections before those on screen.
    for (const QString &collection : std::as_const(m_order))
        for (MapRun &run : m_runs[collection])
            if (bytes() > m_mostBytes)
                run.state.reset();
    for (const QString &collection : std::as_const(m_order)) {
        QList<MapRun> &all = m_runs[collection];
        const bool onScreen = collection == m_collection;
        for (qsizetype i = 0; i + (onScreen ? 1 : 0) < all.size() && bytes() > m_mostBytes;) {
            if (onScreen && m_lookedAt.contains(all[i].key))
                ++i;
            else
                all.removeAt(i);
        }
    }
}

} // namespace orrery::embedding_map
