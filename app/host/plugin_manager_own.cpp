// SPDX-License-Identifier: Apache-2.0
// The user's own plugins, which are built and built again while the program runs.
#include "app/host/plugin_manager.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QThread>

#include <algorithm>

namespace orrery {

QString PluginManager::pluginOf(const QString &library) const
{
    for (const PluginEntry &plugin : m_plugins)
        if (plugin.file == library || m_libraries.copyOf(plugin.file) == library)
            return plugin.id;
    return {};
}

QString PluginManager::userFolder()
{
    if (const QString folder = qEnvironmentVariable("ORRERY_PLUGINS"); !folder.isEmpty())
        return folder;
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/orrery/plugins");
}

void PluginManager::discoverOwn(const QString &folder, const QString &held, const QString &heldReason)
{
    m_ownFolder = folder;
    QDir().mkpath(folder); // only a folder that is there can be watched
    m_watcher.addPath(folder);
    scan(folder, true, held, heldReason);
}

void PluginManager::rescan()
{
    if (m_ownFolder.isEmpty())
        return;
    // A page may be in the middle of showing a dialog of its own: it must not go from under it.
    if (thread()->loopLevel() > 1) {
        m_news.start();
        return;
    }
    QStringList lost, rebuilt;
    for (const PluginEntry &plugin : m_plugins)
        if (plugin.own && !QFileInfo::exists(plugin.file))
            lost.append(plugin.id);
        else if (plugin.own && plugin.seen != stamp(plugin.file))
            rebuilt.append(plugin.id);
    for (const QString &id : std::as_const(lost)) {
        m_libraries.changed(find(id)->file); // one of that name may come again
        std::erase_if(m_plugins, [&](const PluginEntry &plugin) { return plugin.id == id; });
        Q_EMIT entryChanged(id);
    }
    for (const QString &id : std::as_const(rebuilt))
        reload(id);
    for (const QString &path : libraries(m_ownFolder)) {
        if (std::any_of(m_plugins.begin(), m_plugins.end(), [&](const PluginEntry &p) { return p.file == path; }))
            continue;
        PluginEntry found = read(path, true, {}, {});
        const QString id = found.id;
        const bool fits = found.state == PluginState::Found;
        m_plugins.push_back(std::move(found));
        sort();
        Q_EMIT entryChanged(id);
        if (fits)
            start(id);
    }
}

void PluginManager::reload(const QString &id)
{
    const PluginEntry *before = find(id);
    if (!before)
        return;
    PluginEntry fresh = read(before->file, before->own, {}, {});
    fresh.reloads = before->reloads + 1;
    m_libraries.changed(before->file);
    const QString newId = fresh.id;
    const bool fits = fresh.state == PluginState::Found;
    *entry(id) = std::move(fresh);
    sort();
    Q_EMIT entryChanged(id); // its page goes
    if (newId != id)
        Q_EMIT entryChanged(newId);
    if (fits)
        start(newId);
}

void PluginManager::stopped(const QString &id, const QString &message, const QString &details)
{
    set(id, PluginState::Failed, tr("It stopped: %1").arg(sentence(message)), details);
}

} // namespace orrery
