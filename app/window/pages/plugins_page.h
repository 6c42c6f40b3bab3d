// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/host/plugin_manager.h"
#include "app/host/plugin_workshop.h"
#include "orrery/page.h"

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace orrery {

class Host;
class NewPluginForm;

/// All plugins, refused ones with the reason and the remedy; switch them on and off; make one, build it, see how that
/// goes.
class PluginsPage : public Page
{
    Q_OBJECT
public:
    explicit PluginsPage(Host &host, QWidget *parent = nullptr);

    /// Name and folder of a new plugin.
    void openForm();

private:
    void closeForm();
    void rebuild();
    QWidget *makeIntroduction();
    QWidget *makeCard(const PluginEntry &plugin, const PluginWorkshop::Project &project);
    /// A plugin that was never built.
    QWidget *makeCard(const PluginWorkshop::Project &project);
    void addProjectButtons(QHBoxLayout *head, const PluginWorkshop::Project &project);
    void addBuild(QVBoxLayout *column, const PluginWorkshop::Project &project);

    Host &m_programHost;
    QWidget *m_introduction;
    NewPluginForm *m_form;
    QLabel *m_summary;
    QVBoxLayout *m_cards;
};

} // namespace orrery
