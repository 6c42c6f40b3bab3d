// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/host/plugin_manager.h"
#include "orrery/page.h"

class QLabel;
class QVBoxLayout;

namespace orrery {

class Host;

/// All plugins, refused ones with the reason and the remedy; switch them on and off; where an own one starts.
class PluginsPage : public Page
{
    Q_OBJECT
public:
    explicit PluginsPage(Host &host, QWidget *parent = nullptr);

private:
    void rebuild();
    QWidget *makeCard(const PluginEntry &plugin);

    Host &m_programHost;
    QLabel *m_summary;
    QVBoxLayout *m_cards;
};

} // namespace orrery
