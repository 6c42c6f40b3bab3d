// SPDX-License-Identifier: Apache-2.0
// The plugin developer's story: New plugin, a name, Create and build, the page in the rail shows the live selection;
// Throw turns that page alone into a card, Reload brings it back.
#include "app/host/host.h"
#include "app/host/plugin_build.h"
#include "app/window/chrome/rail.h"
#include "app/window/main_window.h"
#include "app/window/stage.h"
#include "app/window/tour.h"
#include "orrery/page.h"
#include "widgets/error_card.h"

#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>

namespace orrery {

namespace {

constexpr int kBuildMs = 120000; ///< a compiler's time, not the program's

template <class Widget>
Widget *named(QWidget *page, const QString &name)
{
    if (page)
        for (Widget *widget : page->findChildren<Widget *>())
            if (widget->accessibleName() == name && widget->isVisible())
                return widget;
    return nullptr;
}

QPushButton *buttonOf(QWidget *page, const QString &text)
{
    if (page)
        for (QPushButton *button : page->findChildren<QPushButton *>())
            if (button->text() == text && button->isVisible())
                return button;
    return nullptr;
}

} // namespace

std::vector<TourStep> Tour::developerSteps()
{
    if (!PluginBuild::missingTool().isEmpty())
        return {}; // a computer without a compiler; the form says so there
    MainWindow *window = &m_window;
    Host *host = &m_host;
    const QString id = QStringLiteral("own.edge_finder");
    const QString folder = QDir(m_folder).absoluteFilePath(QStringLiteral("edge_finder") + m_suffix);
    const auto plugins = [window] { return window->page(QStringLiteral("plugins")); };
    const auto state = [host, id] {
        const PluginEntry *plugin = host->plugins().find(id);
        return plugin ? plugin->state : PluginState::Found;
    };
    const auto shows = [window, host, id] {
        const QString name = host->workspace().selectedPicture().name;
        Page *page = qobject_cast<Page *>(window->page(id));
        if (!page || window->currentPage() != id || name.isEmpty())
            return false;
        const QList<QLabel *> labels = page->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) { return label->text() == name; });
    };

    std::vector<TourStep> steps;
    steps.push_back({.name = QStringLiteral("new-plugin"),
                     .what = tr("a plugin of one's own begins with a name"),
                     .act =
                         [plugins, folder] {
                             QDir(folder).removeRecursively(); // of an earlier tour into the same folder
                             tour::click(named<QPushButton>(plugins(), tr("New plugin")));
                             tour::type(named<QLineEdit>(plugins(), tr("Name of the plugin")),
                                        QStringLiteral("Edge finder"));
                             auto *place = named<QLineEdit>(plugins(), tr("Folder of the plugin"));
                             place->clear();
                             tour::type(place, folder);
                         },
                     .done =
                         [plugins] {
                             const auto *create = named<QPushButton>(plugins(), tr("Create and build"));
                             return create && create->isEnabled();
                         }});
    steps.push_back(
        {.name = QStringLiteral("plugin-built"),
         .what = tr("Build, and its page joins the rail"),
         .act = [plugins] { tour::click(named<QPushButton>(plugins(), tr("Create and build"))); },
         .done = [window, state, id] { return window->rail()->button(id) && state() == PluginState::Ready; },
         .timeoutMs = kBuildMs,
         .why =
             [host, folder] {
                 const PluginBuild *build = host->workshop().buildOf(folder);
                 return build ? build->error() : tr("nothing was built");
             }});
    steps.push_back({.name = QStringLiteral("plugin-page"),
                     .what = tr("it shows the live selection"),
                     .act =
                         [window, host, id] {
                             Workspace &workspace = host->workspace();
                             if (workspace.selectedPicture().isNull() && !workspace.tray().isEmpty())
                                 workspace.select({workspace.tray().first()});
                             tour::click(window->rail()->button(id));
                         },
                     .done = shows});
    steps.push_back({.name = QStringLiteral("plugin-throws"),
                     .what = tr("Throw turns that page alone into a card"),
                     .act = [window, id] { tour::click(buttonOf(window->page(id), QStringLiteral("Throw"))); },
                     .done =
                         [window, state] {
                             return state() == PluginState::Failed &&
                                    window->stage()->current()->findChild<ErrorCard *>();
                         }});
    steps.push_back({.name = QStringLiteral("plugin-back"),
                     .what = tr("Reload brings it back, with the selection"),
                     .act = [window] { tour::click(buttonOf(window->stage()->current(), tr("Reload"))); },
                     .done = shows});
    for (TourStep &step : steps) // a compiler does not know scales
        step.once = true;
    return steps;
}

} // namespace orrery
