// SPDX-License-Identifier: Apache-2.0
#include "app/window/pages/waiting_page.h"

#include "app/host/host.h"
#include "widgets/error_card.h"

#include <QLabel>
#include <QVBoxLayout>

namespace orrery {

WaitingPage::WaitingPage(Host &host, QString plugin, QWidget *parent)
    : Page(host, parent), m_programHost(host), m_plugin(std::move(plugin))
{
    setObjectName(QStringLiteral("page"));
    m_label = new QLabel(this);
    m_label->setProperty("look", "muted");
    m_label->setAlignment(Qt::AlignCenter);
    m_error = new ErrorCard(this);
    m_error->setMaximumWidth(640);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 24);
    column->addWidget(m_error);
    column->addWidget(m_label, 1);
    connect(&host.plugins(), &PluginManager::entryChanged, this, [this](const QString &id) {
        if (id == m_plugin)
            refresh();
    });
    connect(&host, &PluginHost::engineReady, this, &WaitingPage::refresh);
    refresh();
}

void WaitingPage::refresh()
{
    const PluginEntry *plugin = m_programHost.plugins().find(m_plugin);
    if (!plugin)
        return;
    m_error->clear();
    m_label->clear();
    switch (plugin->state) {
    case PluginState::Found:
    case PluginState::Ready:
        m_label->setText(m_programHost.engineState() ? tr("Testing %1 on this computer…").arg(plugin->name)
                                                     : tr("%1 opens as soon as the engine is up…").arg(plugin->name));
        break;
    case PluginState::Disabled:
        m_error->showWarning(tr("%1 is disabled.").arg(plugin->name));
        m_error->setRemedy(tr("Enable"), [this] { m_programHost.plugins().setEnabled(m_plugin, true); });
        break;
    case PluginState::Held:
        m_error->showWarning(plugin->reason, plugin->details);
        m_error->setRemedy(tr("Start %1").arg(plugin->word), [this] { m_programHost.plugins().retry(m_plugin); });
        break;
    case PluginState::Refused:
        m_error->showError(plugin->reason, plugin->details);
        break;
    case PluginState::Failed:
        m_error->showError(tr("%1 is off. %2").arg(plugin->name, plugin->reason), plugin->details);
        m_error->setRemedy(tr("Reload"), [this] { m_programHost.plugins().retry(m_plugin); });
        m_error->addRemedy(tr("Disable"), [this] { m_programHost.plugins().setEnabled(m_plugin, false); });
        m_error->setDetailsName(tr("Log"));
        break;
    }
}

} // namespace orrery
