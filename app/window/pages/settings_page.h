// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/page.h"

class QFormLayout;
class QLabel;
class QWidget;

namespace orrery {

class Host;

/// Look, engine, network. What needs a restart says so, with a button.
class SettingsPage : public Page
{
    Q_OBJECT
public:
    explicit SettingsPage(Host &host, QWidget *parent = nullptr);

Q_SIGNALS:
    void restartRequested();

private:
    void addRow(QFormLayout *form, const QString &caption, QWidget *control, const QString &help);
    void refresh();

    Host &m_programHost;
    QLabel *m_engine;
    QWidget *m_restart;
};

} // namespace orrery
