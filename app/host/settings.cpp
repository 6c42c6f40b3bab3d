// SPDX-License-Identifier: Apache-2.0
#include "app/host/settings.h"

#include <algorithm>
#include <cmath>

namespace orrery {

Settings::Settings(const QString &file, QObject *parent) : QObject(parent)
{
    m_store = file.isEmpty() ? std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope,
                                                           QStringLiteral("orrery"), QStringLiteral("orrery"))
                             : std::make_unique<QSettings>(file, QSettings::IniFormat);
}

void Settings::put(const QString &key, const QVariant &value)
{
    if (m_store->value(key) == value)
        return;
    m_store->setValue(key, value);
    Q_EMIT changed(key);
}

Scheme Settings::scheme() const
{
    const QString name = m_store->value(QStringLiteral("look/theme")).toString();
    return name == QLatin1String("light")  ? Scheme::Light
           : name == QLatin1String("dark") ? Scheme::Dark
                                           : Scheme::System;
}

void Settings::setScheme(Scheme scheme)
{
    put(QStringLiteral("look/theme"), scheme == Scheme::Light  ? QStringLiteral("light")
                                      : scheme == Scheme::Dark ? QStringLiteral("dark")
                                                               : QStringLiteral("system"));
}

DeviceChoice Settings::device() const
{
    const QString name = m_store->value(QStringLiteral("engine/device")).toString();
    return name == QLatin1String("cpu")    ? DeviceChoice::Cpu
           : name == QLatin1String("cuda") ? DeviceChoice::Cuda
                                           : DeviceChoice::Auto;
}

void Settings::setDevice(DeviceChoice device)
{
    put(QStringLiteral("engine/device"), device == DeviceChoice::Cpu    ? QStringLiteral("cpu")
                                         : device == DeviceChoice::Cuda ? QStringLiteral("cuda")
                                                                        : QStringLiteral("auto"));
}

int Settings::threads() const
{
    return std::clamp(m_store->value(QStringLiteral("engine/threads"), 0).toInt(), 0, 256);
}

double Settings::memoryBudgetGiB() const
{
    const double budget = m_store->value(QStringLiteral("engine/memoryBudgetGiB"), 0.0).toDouble();
    return std::isfinite(budget) ? std::clamp(budget, 0.0, 4096.0) : 0.0;
}

void Settings::setPluginDisabled(const QString &id, bool disabled)
{
    QStringList ids = disabledPlugins();
    ids.removeAll(id);
    if (disabled)
        ids.append(id);
    put(QStringLiteral("plugins/disabled"), ids);
}

EngineSettings Settings::engineSettings() const
{
    EngineSettings settings;
    settings.device = device();
    settings.threads = threads();
    settings.memoryBudgetBytes = std::uint64_t(memoryBudgetGiB() * 1024 * 1024 * 1024);
    return settings;
}

bool Settings::needsRestart(const EngineSettings &started) const
{
    const EngineSettings now = engineSettings();
    return now.device != started.device || now.threads != started.threads ||
           now.memoryBudgetBytes != started.memoryBudgetBytes;
}

} // namespace orrery
