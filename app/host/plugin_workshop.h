// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/result.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QPointer>

#include <vector>

namespace orrery {

class PluginBuild;
class PluginManager;
class Settings;
struct PluginEntry;

/// The plugins somebody writes on this computer: makes, builds and finds them again; a build that succeeds is in the
/// rail, or back in its place there, at once.
/// Thread: interface.
class PluginWorkshop : public QObject
{
    Q_OBJECT
public:
    struct Project
    {
        QString folder;
        QString name;
        QString id; ///< as its metadata says, whether it was built or not
    };

    PluginWorkshop(PluginManager &plugins, Settings &settings, QObject *parent = nullptr);
    ~PluginWorkshop() override;

    /// Those made here or built here whose folder is there, newest first.
    std::vector<Project> projects() const;
    /// Nothing (an empty folder) when the plugin was not written here.
    Project projectOf(const QString &pluginId) const;

    /// Writes the folder (see createPlugin) and remembers it.
    Result<QString> create(const QString &name, const QString &folder);
    void build(const QString &folder);
    void cancel(const QString &folder);
    /// The running build of a folder, or its last one; null: none in this run.
    PluginBuild *buildOf(const QString &folder) const { return m_builds.value(folder); }
    /// The one built last in this run; empty: none.
    const QString &lastFolder() const { return m_lastFolder; }

Q_SIGNALS:
    /// A build began or ended, or there is a project more.
    void changed(const QString &folder);
    /// A build put its page into the rail. @param again  it was there before.
    void built(const QString &pluginId, bool again);

private:
    void buildFinished(const QString &folder);
    static Project read(const QString &folder);

    PluginManager &m_plugins;
    Settings &m_settings;
    QHash<QString, PluginBuild *> m_builds;
    QString m_lastFolder;
};

} // namespace orrery
