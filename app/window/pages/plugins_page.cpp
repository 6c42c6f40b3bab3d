// SPDX-License-Identifier: Apache-2.0
#include "app/window/pages/plugins_page.h"

#include "app/host/host.h"
#include "app/host/plugin_build.h"
#include "app/window/pages/build_panel.h"
#include "app/window/pages/new_plugin_form.h"
#include "app/window/pages/page_frame.h"
#include "widgets/error_card.h"

#include <QDesktopServices>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QUrl>
#include <QVBoxLayout>

namespace orrery {

namespace {

QString stateWord(PluginState state)
{
    switch (state) {
    case PluginState::Refused:
        return PluginsPage::tr("Refused");
    case PluginState::Disabled:
        return PluginsPage::tr("Disabled");
    case PluginState::Held:
        return PluginsPage::tr("Kept out");
    case PluginState::Found:
        return PluginsPage::tr("Being tested");
    case PluginState::Ready:
        return PluginsPage::tr("Enabled");
    case PluginState::Failed:
        return PluginsPage::tr("Failed");
    }
    return {};
}

} // namespace

PluginsPage::PluginsPage(Host &host, QWidget *parent) : Page(host, parent), m_programHost(host)
{
    setObjectName(QStringLiteral("page"));
    QVBoxLayout *column = makeScrollingColumn(this, tr("Plugins"), &m_summary);
    m_introduction = makeIntroduction();
    column->addWidget(m_introduction);
    m_form = new NewPluginForm(host, this);
    m_form->hide();
    column->addWidget(m_form);
    m_cards = new QVBoxLayout;
    m_cards->setSpacing(16);
    column->addLayout(m_cards);
    column->addStretch();
    connect(m_form, &NewPluginForm::closed, this, &PluginsPage::closeForm);
    connect(m_form, &NewPluginForm::created, this, [this](const QString &folder) {
        closeForm();
        m_programHost.workshop().build(folder);
    });

    // Several entries may change at once; one rebuild is enough.
    auto *later = new QTimer(this);
    later->setSingleShot(true);
    later->setInterval(0);
    connect(later, &QTimer::timeout, this, &PluginsPage::rebuild);
    connect(&host.plugins(), &PluginManager::entryChanged, later, qOverload<>(&QTimer::start));
    connect(&host.workshop(), &PluginWorkshop::changed, later, qOverload<>(&QTimer::start));
    rebuild();
}

QWidget *PluginsPage::makeIntroduction()
{
    QFrame *frame = nullptr;
    QVBoxLayout *column = orrery::makeCard(&frame, this);
    auto *row = new QHBoxLayout;
    row->setSpacing(16);
    auto *words = new QVBoxLayout;
    words->setSpacing(4);
    words->addWidget(makeLabel(tr("A page of your own"), "heading", frame));
    words->addWidget(
        makeLabel(tr("Ready in a minute, in C++: it sees the selection that all pages share, and comes back "
                     "by itself whenever you build it again. A mistake in it stops that page alone."),
                  "muted", frame));
    row->addLayout(words, 1);
    auto *start = new QPushButton(tr("New plugin"), frame);
    start->setAccessibleName(tr("New plugin"));
    start->setProperty("look", "primary");
    connect(start, &QPushButton::clicked, this, &PluginsPage::openForm);
    row->addWidget(start, 0, Qt::AlignVCenter);
    column->addLayout(row);
    return frame;
}

void PluginsPage::openForm()
{
    m_introduction->hide();
    m_form->show();
    m_form->start();
}

void PluginsPage::closeForm()
{
    m_form->hide();
    m_introduction->show();
}

void PluginsPage::rebuild()
{
    while (QLayoutItem *item = m_cards->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
    const std::vector<PluginEntry> &plugins = m_programHost.plugins().plugins();
    const PluginWorkshop &workshop = m_programHost.workshop();
    int on = 0;
    QStringList listed;
    // One's own first: that is what one works on. The newest is on top.
    for (const PluginWorkshop::Project &project : workshop.projects()) {
        const PluginEntry *plugin = m_programHost.plugins().find(project.id);
        if (plugin && listed.contains(plugin->id))
            continue; // a second folder of the same id
        m_cards->addWidget(plugin ? makeCard(*plugin, project) : makeCard(project));
        if (plugin)
            listed.append(plugin->id);
    }
    for (const PluginEntry &plugin : plugins) {
        on += plugin.state == PluginState::Ready ? 1 : 0;
        if (!listed.contains(plugin.id))
            m_cards->addWidget(makeCard(plugin, {}));
    }
    m_summary->setText(plugins.empty() ? tr("No plugin was found in %1.").arg(PluginManager::defaultFolder())
                                       : tr("%1 of %2 on").arg(on).arg(plugins.size()));
}

QWidget *PluginsPage::makeCard(const PluginWorkshop::Project &project)
{
    QFrame *frame = nullptr;
    QVBoxLayout *column = orrery::makeCard(&frame, this);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    auto *name = makeLabel(project.name, "heading", frame);
    name->setWordWrap(false);
    head->addWidget(name);
    auto *state = makeLabel(tr("Not built yet"), "badge", frame);
    state->setWordWrap(false);
    head->addWidget(state, 0, Qt::AlignVCenter);
    head->addStretch();
    addProjectButtons(head, project);
    column->addLayout(head);
    addBuild(column, project);
    return frame;
}

void PluginsPage::addProjectButtons(QHBoxLayout *head, const PluginWorkshop::Project &project)
{
    const PluginBuild *build = m_programHost.workshop().buildOf(project.folder);
    const PluginEntry *plugin = m_programHost.plugins().find(project.id);
    auto *again = new QPushButton(plugin ? tr("Build again") : tr("Build"), this);
    again->setAccessibleName(tr("Build %1").arg(project.name));
    again->setEnabled(!build || !build->running());
    connect(again, &QPushButton::clicked, this,
            [this, folder = project.folder] { m_programHost.workshop().build(folder); });
    head->addWidget(again);
    auto *folder = new QPushButton(tr("Open folder"), this);
    folder->setAccessibleName(tr("Open the folder of %1").arg(project.name));
    folder->setToolTip(project.folder);
    connect(folder, &QPushButton::clicked, this, [this, path = project.folder] {
        if (!QDesktopServices::openUrl(QUrl::fromLocalFile(path)))
            m_programHost.notify(tr("No program opens folders here; its files are in %1.").arg(path));
    });
    head->addWidget(folder);
}

void PluginsPage::addBuild(QVBoxLayout *column, const PluginWorkshop::Project &project)
{
    auto *where = makeLabel(project.folder, "caption", this);
    where->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(where);
    if (PluginBuild *build = m_programHost.workshop().buildOf(project.folder))
        column->addWidget(new BuildPanel(m_programHost, *build, project.id, this));
}

QWidget *PluginsPage::makeCard(const PluginEntry &plugin, const PluginWorkshop::Project &project)
{
    QFrame *frame = nullptr;
    QVBoxLayout *column = orrery::makeCard(&frame, this);
    const QString id = plugin.id;

    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    auto *icon = new QLabel(frame);
    const Theme &theme = Theme::instance();
    icon->setPixmap(theme.icon(plugin.icon.isEmpty() ? QStringLiteral("plugins") : plugin.icon, theme.colours().muted)
                        .pixmap(QSize(theme.px(20), theme.px(20)), devicePixelRatioF()));
    head->addWidget(icon);
    auto *name = makeLabel(plugin.name, "heading", frame);
    name->setWordWrap(false);
    head->addWidget(name);
    if (!plugin.version.isEmpty()) {
        auto *version = makeLabel(plugin.version, "muted", frame);
        version->setWordWrap(false);
        head->addWidget(version);
    }
    auto *state = makeLabel(stateWord(plugin.state), "badge", frame);
    state->setWordWrap(false);
    head->addWidget(state, 0, Qt::AlignVCenter);
    head->addStretch();
    if (!project.folder.isEmpty())
        addProjectButtons(head, project);
    const bool canSwitch = plugin.state != PluginState::Refused;
    if (canSwitch) {
        const bool off = plugin.state == PluginState::Disabled;
        const bool again = plugin.state == PluginState::Held || plugin.state == PluginState::Failed;
        if (!again) {
            auto *toggle = new QPushButton(off ? tr("Enable") : tr("Disable"), frame);
            toggle->setAccessibleName(off ? tr("Enable %1").arg(plugin.name) : tr("Disable %1").arg(plugin.name));
            connect(toggle, &QPushButton::clicked, this,
                    [this, id, off] { m_programHost.plugins().setEnabled(id, off); });
            head->addWidget(toggle);
        }
    }
    column->addLayout(head);
    if (!plugin.summary.isEmpty())
        column->addWidget(makeLabel(plugin.summary, "muted", frame));
    if (!project.folder.isEmpty())
        addBuild(column, project);
    if (!plugin.reason.isEmpty()) {
        auto *card = new ErrorCard(frame);
        const QString details = plugin.details.isEmpty() ? plugin.file : plugin.file + u'\n' + plugin.details;
        if (plugin.state == PluginState::Held)
            card->showWarning(plugin.reason, details);
        else
            card->showError(plugin.reason, details);
        if (plugin.state == PluginState::Held || plugin.state == PluginState::Failed)
            card->setRemedy(tr("Try it again"), [this, id] { m_programHost.plugins().retry(id); });
        column->addWidget(card);
    }
    return frame;
}

} // namespace orrery
