// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/host/plugin_library.h"
#include "engine/core/result.h"

#include <QFileSystemWatcher>
#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace orrery {

class EngineService;
class Page;
class PluginFactory;
class PluginHost;
class Settings;

enum class PluginState
{
    Refused,  ///< its metadata does not fit this program; no code of it was loaded
    Disabled, ///< by the user
    Held,     ///< it was active when the program died; waits for the user
    Found,    ///< fits; waits for its jobs and its self-test
    Ready,    ///< its page may be made
    Failed,   ///< threw, or its self-test failed
};

/// One plugin, as its metadata and its start-up tell.
struct PluginEntry
{
    QString id;
    QString name; ///< "Zero-shot classifier"
    QString word; ///< in the rail: "Classify"
    QString icon; ///< of ours, or a file beside the plugin
    QString version;
    QString summary;
    int order = 100; ///< place in the rail
    QString file;    ///< library of the view
    QString jobs;    ///< library of the jobs; empty: none
    QString selfTest;
    QString source;   ///< folder it was built from, where that is on this computer and not in Orrery's own tree
    QString seen;     ///< size and time of the library when it was read
    bool own = false; ///< lies in the user's folder: may be rebuilt at any time
    int reloads = 0;  ///< how often its view was loaded anew
    PluginState state = PluginState::Found;
    QString reason;  ///< one sentence, with the remedy, when it is refused, held or failed
    QString details; ///< for a bug report
};

/// What this program offers to plugins; they must have been built with the same.
struct PluginAbi
{
    int sdk = 0;
    QString interface; ///< hash of the headers that views are compiled with
    QString engine;    ///< of those that jobs are compiled with
    QString qt;        ///< "6.4.2"
    QString torch;     ///< "2.11.0"; empty: unknown

    static PluginAbi ours();
};

/// Finds plugins, refuses those that do not fit before any code of theirs is loaded, tests the others and makes their
/// pages.
/// Thread: interface.
class PluginManager : public QObject
{
    Q_OBJECT
public:
    PluginManager(EngineService &engine, Settings &settings, QObject *parent = nullptr);
    ~PluginManager() override;

    /// lib/orrery/plugins beside the program, built or installed.
    static QString defaultFolder();

    /// The user's own plugins: $ORRERY_PLUGINS, else ~/.local/share/orrery/plugins (where XDG_DATA_HOME says).
    static QString userFolder();

    /// Reads the metadata of every library in the folder. @param held  id of a plugin that may not start by itself.
    void discover(const QString &folder, const QString &held = {}, const QString &heldReason = {});
    /// The same for the user's own, after discover(); what is built into that folder later comes by itself.
    void discoverOwn(const QString &folder, const QString &held = {}, const QString &heldReason = {});
    const QString &ownFolder() const { return m_ownFolder; }
    /// Looks for news in the folder of own plugins: new ones are started, rebuilt ones reloaded, lost ones go.
    void rescan();
    /// Loads the view of a plugin anew from its file; jobs and weights stay. The window puts its new page where the old
    /// one was.
    void reload(const QString &id);
    /// Its page threw in the middle of its work. @param details  for a bug report.
    void stopped(const QString &id, const QString &message, const QString &details);
    /// Reads metadata as discover does. Loads no code.
    static PluginEntry inspect(const QString &file, const PluginAbi &abi);

    const std::vector<PluginEntry> &plugins() const { return m_plugins; }
    const PluginEntry *find(const QString &id) const;
    /// Id of the plugin whose view was loaded from this file, or from a copy of its own; empty: of none.
    QString pluginOf(const QString &library) const;

    /// Loads jobs and runs self-tests of all plugins that were found; entryChanged() tells how each went.
    void startAll();
    /// Takes a held, disabled or failed plugin in again.
    void retry(const QString &id);
    void setEnabled(const QString &id, bool enabled);

    /// The page of a plugin that is Ready. @return null when it throws; the entry then says what.
    Page *createPage(const QString &id, PluginHost &host, QWidget *parent);

Q_SIGNALS:
    void entryChanged(const QString &id);

private:
    void scan(const QString &folder, bool own, const QString &held, const QString &heldReason);
    PluginEntry read(const QString &file, bool own, const QString &held, const QString &heldReason) const;
    /// The views in a folder, by name.
    static QStringList libraries(const QString &folder);
    /// With a full stop, in one line.
    static QString sentence(QString text);
    static QString stamp(const QString &file);
    void sort();
    void start(const QString &id);
    void set(const QString &id, PluginState state, const QString &reason = {}, const QString &details = {});
    PluginEntry *entry(const QString &id);
    QString fingerprint(const PluginEntry &entry) const;

    EngineService &m_engine;
    Settings &m_settings;
    std::vector<PluginEntry> m_plugins;
    PluginLibraries m_libraries;
    QString m_ownFolder;
    QFileSystemWatcher m_watcher;
    QTimer m_news; ///< several changes of the folder, one look
};

} // namespace orrery
