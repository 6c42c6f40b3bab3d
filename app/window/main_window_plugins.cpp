// SPDX-License-Identifier: Apache-2.0
// The window's part in plugins that come, go, stop and are built again while it is open.
#include "app/host/host.h"
#include "app/host/plugin_build.h"
#include "app/window/chrome/rail.h"
#include "app/window/macro_scope.h"
#include "app/window/main_window.h"
#include "app/window/pages/plugins_page.h"
#include "app/window/pages/waiting_page.h"
#include "app/window/stage.h"
#include "orrery/page.h"

namespace orrery {

void MainWindow::addPluginCommands()
{
    const auto add = [this](const char *id, const QString &text, const QKeySequence &keys, std::function<void()> run,
                            std::function<bool()> enabled) {
        m_host.addCommand(this, {QLatin1String(id), text, keys, std::move(run), std::move(enabled)});
    };
    add("plugins.new", tr("New plugin…"), {}, [this] { newPlugin(); }, {});
    add(
        "plugins.rebuild", tr("Rebuild the plugin you work on"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B),
        [this] { rebuildPlugin(); }, [this] { return !m_host.workshop().projects().empty(); });
    add(
        "plugins.reload", tr("Reload the plugin on screen"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R),
        [this] { m_host.plugins().reload(m_current); }, [this] { return m_host.plugins().find(m_current) != nullptr; });

    PluginWorkshop &workshop = m_host.workshop();
    connect(&workshop, &PluginWorkshop::built, this, [this](const QString &id, bool again) {
        const PluginEntry *plugin = m_host.plugins().find(id);
        if (!plugin || m_current == QLatin1String("plugins")) // says so itself
            return;
        if (m_current == id)
            m_host.notify(tr("%1 is built and back.").arg(plugin->name));
        else
            m_host.notify(again ? tr("%1 is built again.").arg(plugin->name)
                                : tr("%1 has joined the rail.").arg(plugin->name),
                          tr("Show"), [this, id] { showPage(id); });
    });
    connect(&workshop, &PluginWorkshop::changed, this, [this](const QString &folder) {
        const PluginBuild *build = m_host.workshop().buildOf(folder);
        if (build && build->state() == PluginBuild::State::Failed && m_current != QLatin1String("plugins"))
            m_host.notify(tr("It did not build. %1").arg(build->error()), tr("Show"),
                          [this] { showPage(QStringLiteral("plugins")); });
    });
}

void MainWindow::newPlugin()
{
    showPage(QStringLiteral("plugins"));
    if (auto *page = qobject_cast<PluginsPage *>(m_pages.value(QStringLiteral("plugins"))))
        page->openForm();
}

void MainWindow::rebuildPlugin()
{
    PluginWorkshop &workshop = m_host.workshop();
    QString folder = workshop.projectOf(m_current).folder;
    if (folder.isEmpty())
        folder = workshop.lastFolder();
    if (const auto projects = workshop.projects(); folder.isEmpty() && !projects.empty())
        folder = projects.front().folder;
    if (folder.isEmpty())
        return;
    if (m_current != QLatin1String("plugins")) // shows how it goes
        m_host.notify(tr("Building…"));
    workshop.build(folder);
}

void MainWindow::giveItems(const QString &id, const QList<ItemId> &items, const QString &undoText)
{
    Page *page = m_pages.value(id);
    if (!page || m_stage->halfOf(page) < 0) { // beside the page that sends, it stays where it is
        showPage(id);
        page = m_pages.value(id);
    }
    if (!page || items.isEmpty())
        return;
    Workspace &workspace = m_host.workspace();
    const MacroScope oneStep(workspace, undoText);
    workspace.select(items, items.first());
    callFor(page, [&] { page->take(items); });
}

QString MainWindow::pageIdOf(const QObject *object) const
{
    for (; object; object = object->parent()) {
        for (auto it = m_pages.begin(); it != m_pages.end(); ++it)
            if (it.value() == object || (object->isWidgetType() && (m_inspectors.value(it.value()) == object ||
                                                                    m_modelChips.value(it.value()) == object)))
                return it.key();
    }
    return {};
}

void MainWindow::pluginChanged(const QString &id)
{
    const PluginEntry *plugin = m_host.plugins().find(id); // null: its library is gone
    const bool inRail = m_rail->button(id) != nullptr;
    const bool wanted = plugin && plugin->state != PluginState::Refused && plugin->state != PluginState::Disabled;
    if (wanted && inRail)
        m_rail->changePage(id, plugin->word, plugin->icon, plugin->summary);
    else if (wanted)
        m_rail->addPage(id, plugin->word, plugin->icon, plugin->summary, false);
    else if (inRail)
        m_rail->removePage(id);

    Page *page = m_pages.value(id);
    const bool waiting = qobject_cast<WaitingPage *>(page) != nullptr;
    if (!page || (plugin && waiting != (plugin->state == PluginState::Ready)))
        return;                        // nothing shown yet, or it shows what it should
    m_workBar->showNotice({}, {}, {}); // its button may belong to that page
    // The page and what stands in for it change places.
    const int half = m_stage->halfOf(page);
    m_stage->remove(page);
    m_pages.remove(id);
    delete m_inspectors.take(page);
    delete m_modelChips.take(page);
    page->deleteLater();
    if (half < 0)
        return;
    if (wanted)
        m_stage->showIn(half, makePage(id));
    else if (m_current == id)
        showPage(QStringLiteral("plugins"));
}

} // namespace orrery
