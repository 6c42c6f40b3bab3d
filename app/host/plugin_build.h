// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QProcess>

namespace orrery {

/// One build of a plugin's folder: CMake configures it, then builds it, as child processes.
/// Thread: interface.
class PluginBuild : public QObject
{
    Q_OBJECT
public:
    enum class State
    {
        Preparing, ///< CMake looks for compiler and libraries
        Building,
        Done,
        Failed,
        Cancelled,
    };

    /// @param folder     of the plugin's CMakeLists.txt; built in its `build`.
    /// @param pluginDir  where the library is put.
    PluginBuild(QString folder, QString pluginDir, QObject *parent = nullptr);
    ~PluginBuild() override;

    void start();
    void cancel();

    State state() const { return m_state; }
    bool running() const { return m_state == State::Preparing || m_state == State::Building; }
    const QString &folder() const { return m_folder; }
    /// In [0, 1]; negative while nobody knows.
    double fraction() const { return m_fraction; }
    const QString &log() const { return m_log; }
    /// One sentence when it failed: the first thing that went wrong, and where.
    const QString &error() const { return m_error; }
    /// The author's file that it names; empty: none.
    QString errorFile() const;
    qint64 elapsedMs() const { return m_running.isValid() && running() ? m_running.elapsed() : m_tookMs; }

    /// What is missing on this computer before anything can be built, with the remedy; empty: nothing.
    static QString missingTool();
    /// The command that brings it, for Debian and its relatives.
    static QString remedyCommand();
    /// The first error in what CMake, the compiler and the linker said. @param folder  left out of file names.
    static QString firstError(const QString &log, const QString &folder);

Q_SIGNALS:
    void changed(); ///< log, fraction or state
    void finished();

private:
    void run(const QStringList &arguments);
    void read();
    void processFinished(int status, QProcess::ExitStatus how);
    void end(State state, const QString &error = {});

    QString m_folder, m_pluginDir;
    QProcess m_process;
    State m_state = State::Preparing;
    QString m_log, m_error;
    double m_fraction = -1;
    QElapsedTimer m_running;
    qint64 m_tookMs = 0;
};

} // namespace orrery
