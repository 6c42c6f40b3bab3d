// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QObject>

namespace orrery {

class GuardedApplication;
class Host;
class MainWindow;
struct Mishap;

/// Stops the page of a plugin whose event handler threw: that page alone becomes a card that says what happened. What
/// other parts throw is logged and said at the foot of the window; the program goes on.
class PageGuard : public QObject
{
    Q_OBJECT
public:
    PageGuard(GuardedApplication &application, Host &host, MainWindow &window);
    ~PageGuard() override;

private:
    void handle(QObject *receiver, const Mishap &mishap);
    void stopWaiting();

    GuardedApplication &m_application;
    Host &m_host;
    MainWindow &m_window;
    QHash<QString, Mishap> m_waiting; ///< plugins whose page is to go as soon as none of its code runs
};

} // namespace orrery
