// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/page.h"

class QLabel;

namespace orrery {

class ErrorCard;
class Host;

/// Stands where a plugin's page will be: while it is tested, and when it failed, with the reason and what to do.
class WaitingPage : public Page
{
    Q_OBJECT
public:
    WaitingPage(Host &host, QString plugin, QWidget *parent = nullptr);

private:
    void refresh();

    Host &m_programHost;
    QString m_plugin;
    QLabel *m_label;
    ErrorCard *m_error;
};

} // namespace orrery
