// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/runtime.h"
#include "widgets/theme/theme.h"

#include <QObject>
#include <QSettings>
#include <QStringList>

#include <memory>

namespace orrery {

/// What the program remembers between starts. Every setter writes at once; the defaults are those of a first start.
/// Thread: interface.
class Settings : public QObject
{
    Q_OBJECT
public:
    /// @param file  an INI file; empty: the user's own, $XDG_CONFIG_HOME/orrery/orrery.ini.
    explicit Settings(const QString &file = {}, QObject *parent = nullptr);

    QString fileName() const { return m_store->fileName(); }

    Scheme scheme() const;
    void setScheme(Scheme scheme);
    bool motion() const { return m_store->value(QStringLiteral("look/motion"), true).toBool(); }
    void setMotion(bool motion) { put(QStringLiteral("look/motion"), motion); }

    DeviceChoice device() const;
    void setDevice(DeviceChoice device);
    /// 0: as many as the machine has cores. At most 256.
    int threads() const;
    void setThreads(int threads) { put(QStringLiteral("engine/threads"), threads); }
    /// Gibibytes; 0: three quarters of the machine's memory.
    double memoryBudgetGiB() const;
    void setMemoryBudgetGiB(double budget) { put(QStringLiteral("engine/memoryBudgetGiB"), budget); }
    /// The program never uses the network while this is on.
    bool offline() const { return m_store->value(QStringLiteral("network/offline"), false).toBool(); }
    void setOffline(bool offline) { put(QStringLiteral("network/offline"), offline); }

    QStringList disabledPlugins() const { return m_store->value(QStringLiteral("plugins/disabled")).toStringList(); }
    void setPluginDisabled(const QString &id, bool disabled);

    QVariant value(const QString &key, const QVariant &fallback = {}) const { return m_store->value(key, fallback); }
    void setValue(const QString &key, const QVariant &value) { put(key, value); }

    /// What the engine is started with.
    EngineSettings engineSettings() const;
    /// Do device, threads and budget still say what the engine was started with?
    bool needsRestart(const EngineSettings &started) const;

Q_SIGNALS:
    void changed(const QString &key);

private:
    void put(const QString &key, const QVariant &value);
    std::unique_ptr<QSettings> m_store;
};

} // namespace orrery
