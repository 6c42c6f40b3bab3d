// SPDX-License-Identifier: Apache-2.0
#include "app/host/plugin_workshop.h"

#include "app/host/plugin_build.h"
#include "app/host/plugin_manager.h"
#include "app/host/plugin_template.h"
#include "app/host/settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

namespace orrery {

namespace {
const QString kProjects = QStringLiteral("plugins/projects");
constexpr int kMostProjects = 50;
} // namespace

PluginWorkshop::PluginWorkshop(PluginManager &plugins, Settings &settings, QObject *parent)
    : QObject(parent), m_plugins(plugins), m_settings(settings)
{}

PluginWorkshop::~PluginWorkshop() = default;

PluginWorkshop::Project PluginWorkshop::read(const QString &folder)
{
    // The metadata stands beside CMakeLists.txt; CMakeUserPresets.json has no id.
    const QDir dir(folder);
    if (dir.exists(QStringLiteral("CMakeLists.txt")))
        for (const QString &name : dir.entryList({QStringLiteral("*.json")}, QDir::Files)) {
            QFile file(dir.filePath(name));
            if (!file.open(QIODevice::ReadOnly) || file.size() > 1 << 20)
                continue;
            const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
            const QString id = json.value(QStringLiteral("id")).toString();
            if (!id.isEmpty())
                return {folder, json.value(QStringLiteral("name")).toString(id), id};
        }
    return {};
}

std::vector<PluginWorkshop::Project> PluginWorkshop::projects() const
{
    QStringList folders = m_settings.value(kProjects).toStringList();
    for (const PluginEntry &plugin : m_plugins.plugins())
        if (!plugin.source.isEmpty() && !folders.contains(plugin.source))
            folders.append(plugin.source);
    std::vector<Project> projects;
    for (const QString &folder : std::as_const(folders))
        if (Project project = read(folder); !project.folder.isEmpty())
            projects.push_back(std::move(project));
    return projects;
}

PluginWorkshop::Project PluginWorkshop::projectOf(const QString &pluginId) const
{
    // What the library says it was built from; a copy of a folder has the same id.
    if (const PluginEntry *plugin = m_plugins.find(pluginId); plugin && !plugin->source.isEmpty())
        if (Project project = read(plugin->source); !project.folder.isEmpty())
            return {project.folder, project.name, pluginId};
    for (const Project &project : projects())
        if (project.id == pluginId)
            return project;
    return {};
}

Result<QString> PluginWorkshop::create(const QString &name, const QString &folder)
{
    if (const Result<PluginNames> names = pluginNames(name); names)
        if (const PluginEntry *plugin = m_plugins.find(names->id))
            return failure(
                ErrorCode::BadInput,
                tr("There is a plugin called %1 already; choose another name.").arg(plugin->name).toStdString());
    Result<QString> made = createPlugin(name, folder);
    if (!made)
        return made;
    QStringList folders = m_settings.value(kProjects).toStringList();
    folders.removeAll(*made);
    folders.prepend(*made);
    m_settings.setValue(kProjects, QStringList(folders.mid(0, kMostProjects)));
    Q_EMIT changed(*made);
    return made;
}

void PluginWorkshop::build(const QString &folder)
{
    if (PluginBuild *before = m_builds.value(folder)) {
        if (before->running())
            return;
        before->deleteLater();
    }
    const QString own = m_plugins.ownFolder(); // empty in safe mode: it is for the next start
    auto *build = new PluginBuild(folder, own.isEmpty() ? PluginManager::userFolder() : own, this);
    m_builds.insert(folder, build);
    m_lastFolder = folder;
    connect(build, &PluginBuild::finished, this, [this, folder] { buildFinished(folder); });
    build->start();
    Q_EMIT changed(folder);
}

void PluginWorkshop::cancel(const QString &folder)
{
    if (PluginBuild *build = m_builds.value(folder))
        build->cancel();
}

void PluginWorkshop::buildFinished(const QString &folder)
{
    const PluginBuild *build = m_builds.value(folder);
    if (build && build->state() == PluginBuild::State::Done) {
        const QString id = read(folder).id;
        const bool again = m_plugins.find(id) != nullptr;
        m_plugins.rescan();
        Q_EMIT built(id, again);
    }
    Q_EMIT changed(folder);
}

} // namespace orrery
