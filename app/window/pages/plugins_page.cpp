// SPDX-License-Identifier: Apache-2.0
#include "app/window/pages/plugins_page.h"

#include "app/host/host.h"
#include "app/window/pages/page_frame.h"
#include "widgets/error_card.h"

#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace orrery {

namespace {

QString stateWord(PluginState state)
{
    switch (state) {
    case PluginState::Refused:
        return PluginsPage::tr("Refused");
    case PluginState::Disabled:
        return PluginsPage::tr("Off");
    case PluginState::Held:
        return PluginsPage::tr("Kept out");
    case PluginState::Found:
        return PluginsPage::tr("Being tested");
    case PluginState::Ready:
        return PluginsPage::tr("On");
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
    m_cards = new QVBoxLayout;
    m_cards->setSpacing(16);
    column->addLayout(m_cards);

    QFrame *own = nullptr;
    QVBoxLayout *start = orrery::makeCard(&own, this);
    start->addWidget(makeLabel(tr("Build a plugin"), "heading", own));
    start->addWidget(makeLabel(tr("A plugin is a page (Qt and the SDK) and, where it needs a model, jobs (LibTorch). "
                                  "Copy the folder plugins/mean_colour of the source tree, change its name, add it to "
                                  "plugins/CMakeLists.txt and build: its page joins the rail."),
                               "muted", own));
    auto *code = makeLabel(QStringLiteral("#include \"orrery/plugin.h\"\n\n"
                                          "ORRERY_PLUGIN(host, parent)\n{\n    return new MyPage(host, parent);\n}"),
                           "code", own);
    code->setTextInteractionFlags(Qt::TextSelectableByMouse);
    start->addWidget(code);
    column->addWidget(own);
    column->addStretch();

    // Several entries may change at once; one rebuild is enough.
    auto *later = new QTimer(this);
    later->setSingleShot(true);
    later->setInterval(0);
    connect(later, &QTimer::timeout, this, &PluginsPage::rebuild);
    connect(&host.plugins(), &PluginManager::entryChanged, later, qOverload<>(&QTimer::start));
    rebuild();
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
    int on = 0;
    for (const PluginEntry &plugin : plugins) {
        on += plugin.state == PluginState::Ready ? 1 : 0;
        m_cards->addWidget(makeCard(plugin));
    }
    m_summary->setText(plugins.empty() ? tr("No plugin was found in %1.").arg(PluginManager::defaultFolder())
                                       : tr("%1 of %2 on").arg(on).arg(plugins.size()));
}

QWidget *PluginsPage::makeCard(const PluginEntry &plugin)
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
    const bool canSwitch = plugin.state != PluginState::Refused;
    if (canSwitch) {
        const bool off = plugin.state == PluginState::Disabled;
        const bool again = plugin.state == PluginState::Held || plugin.state == PluginState::Failed;
        if (!again) {
            auto *toggle = new QPushButton(off ? tr("Switch on") : tr("Switch off"), frame);
            toggle->setAccessibleName(off ? tr("Switch %1 on").arg(plugin.name) : tr("Switch %1 off").arg(plugin.name));
            connect(toggle, &QPushButton::clicked, this,
                    [this, id, off] { m_programHost.plugins().setEnabled(id, off); });
            head->addWidget(toggle);
        }
    }
    column->addLayout(head);
    if (!plugin.summary.isEmpty())
        column->addWidget(makeLabel(plugin.summary, "muted", frame));
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
