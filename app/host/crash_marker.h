// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>

namespace orrery {

/// A small file that says which plugin is active, removed when the program ends as it should. Finding it at the next
/// start means that the program died, and under which plugin.
/// Thread: interface (the signal handler apart).
class CrashMarker
{
public:
    /// What the last run left behind.
    struct Death
    {
        QString plugin; ///< id of the plugin that was active; empty: none was
        QString name;   ///< its name for the user
        int signal = 0; ///< 11: it crashed; 0: it was killed, or the power went
        int times = 1;  ///< deaths in a row under this plugin
        /// Is the plugin to be left out at this start? A crash says so; being killed only when it repeats.
        bool suspicious() const { return !plugin.isEmpty() && (signal != 0 || times > 1); }
    };

    /// @param file  where the marker lies; its folder is made.
    explicit CrashMarker(QString file);
    ~CrashMarker();
    CrashMarker(const CrashMarker &) = delete;
    CrashMarker &operator=(const CrashMarker &) = delete;

    const std::optional<Death> &lastDeath() const { return m_lastDeath; }
    /// The plugin whose code runs from now on; empty for pages of the program's own.
    void setActive(const QString &plugin, const QString &name);
    /// The program ends as it should.
    void clear();

    /// Adds the number of a fatal signal to the marker before the program dies of it.
    void catchFatalSignals();

private:
    QString m_file;
    std::optional<Death> m_lastDeath;
    int m_descriptor = -1;
};

} // namespace orrery
