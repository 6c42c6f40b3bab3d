// SPDX-License-Identifier: Apache-2.0
#include "app/host/host.h"

#include "engine/api/clip.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace orrery {

Host::Host(const QString &settingsFile, QObject *parent)
    : PluginHost(parent), m_resourceFolder(findResources()), m_settings(settingsFile), m_pictures(m_workspace),
      m_plugins(m_engine, m_settings), m_workshop(m_plugins, m_settings)
{
    connect(&m_engine, &EngineService::ready, this, &PluginHost::engineReady);
    connect(&m_models, &ModelList::changed, this, [this] {
        Q_EMIT modelCardsChanged();
        Q_EMIT currentModelChanged(QStringLiteral("image and text"));
    });
}

Host::~Host() = default;

QString Host::findResources()
{
    if (const QString folder = qEnvironmentVariable("ORRERY_RESOURCES"); !folder.isEmpty())
        return folder;
    const QDir program(QCoreApplication::applicationDirPath());
    if (const QString installed = program.absoluteFilePath(QStringLiteral("../share/orrery"));
        QFileInfo(installed).isDir())
        return QDir::cleanPath(installed);
    return QStringLiteral(ORRERY_SOURCE_RESOURCES);
}

QString Host::currentModel(const QString &task) const
{
    if (const ModelCard *card = m_models.find(m_borrowedModel); card && QString::fromStdString(card->task) == task)
        return m_borrowedModel;
    const QString chosen = m_settings.value(QStringLiteral("models/") + task).toString();
    if (!m_models.loaded()) // jobs of the first moments name what will most likely be there; the engine checks
        return chosen.isEmpty() ? QString::fromLatin1(clip::kDefaultModel) : chosen;
    if (const ModelCard *card = m_models.find(chosen); card && card->error.empty())
        return chosen;
    return m_models.firstOf(task);
}

void Host::setCurrentModel(const QString &id)
{
    const ModelCard *card = m_models.find(id);
    if (!card)
        return;
    const QString task = QString::fromStdString(card->task);
    if (currentModel(task) == id)
        return;
    m_settings.setValue(QStringLiteral("models/") + task, id);
    Q_EMIT currentModelChanged(task);
}

void Host::borrowModel(const QString &id)
{
    if (m_borrowedModel == id)
        return;
    QStringList tasks;
    for (const QString &model : {m_borrowedModel, id})
        if (const ModelCard *card = m_models.find(model))
            tasks.append(QString::fromStdString(card->task));
    tasks.removeDuplicates();
    QStringList before;
    for (const QString &task : tasks)
        before.append(currentModel(task));
    m_borrowedModel = id;
    for (qsizetype i = 0; i < tasks.size(); ++i)
        if (currentModel(tasks[i]) != before[i])
            Q_EMIT currentModelChanged(tasks[i]);
}

QVariant Host::setting(const QString &key, const QVariant &fallback) const
{
    return m_settings.value(QStringLiteral("plugin/") + key, fallback);
}

void Host::setSetting(const QString &key, const QVariant &value)
{
    m_settings.setValue(QStringLiteral("plugin/") + key, value);
}

void Host::addCommand(QObject *owner, Command command)
{
    std::erase_if(m_commands, [](const OwnedCommand &entry) { return !entry.owner; });
    // A palette that is open while a page goes away must not call into it.
    command.run = [guard = QPointer<QObject>(owner), run = std::move(command.run)] {
        if (guard && run)
            callFor(guard, run);
    };
    if (command.enabled)
        command.enabled = [guard = QPointer<QObject>(owner), enabled = std::move(command.enabled)] {
            return guard && enabled();
        };
    m_commands.push_back({owner, std::move(command)});
    connect(owner, &QObject::destroyed, this, &Host::commandsChanged, Qt::QueuedConnection);
    Q_EMIT commandsChanged();
}

std::vector<Command> Host::commands() const
{
    std::vector<Command> commands;
    for (const OwnedCommand &entry : m_commands)
        if (entry.owner)
            commands.push_back(entry.command);
    return commands;
}

void Host::notify(const QString &text, const QString &actionText, std::function<void()> action)
{
    Q_EMIT notified(text, actionText, action);
}

bool Host::hasPage(const QString &id) const
{
    const PluginEntry *plugin = m_plugins.find(id);
    return plugin && plugin->state == PluginState::Ready;
}

void Host::setPresenting(bool presenting)
{
    if (Theme::instance().presenting() == presenting)
        return;
    Theme::instance().setPresenting(presenting);
    Q_EMIT presentingChanged(presenting);
}

} // namespace orrery
