// SPDX-License-Identifier: Apache-2.0
#include "app/window/page_guard.h"

#include "app/host/host.h"
#include "app/host/message_log.h"
#include "app/window/guarded_application.h"
#include "app/window/main_window.h"
#include "orrery/page.h"

#include <QThread>
#include <QTimer>

namespace orrery {

PageGuard::PageGuard(GuardedApplication &application, Host &host, MainWindow &window)
    : m_application(application), m_host(host), m_window(window)
{
    application.setHandler([this](QObject *receiver, const Mishap &mishap) { handle(receiver, mishap); });
}

PageGuard::~PageGuard()
{
    m_application.setHandler({});
}

void PageGuard::handle(QObject *receiver, const Mishap &mishap)
{
    // Whose code threw counts more than whose event it was.
    QString id;
    for (const QString &library : mishap.libraries)
        if (id = m_host.plugins().pluginOf(library); !id.isEmpty())
            break;
    if (id.isEmpty())
        id = m_window.pageIdOf(receiver);
    if (!m_host.plugins().find(id)) {
        m_host.notify(tr("Something went wrong: %1").arg(mishap.message));
        return;
    }
    // The first mistake is the cause; what a broken page does afterwards tells less.
    if (!m_waiting.contains(id))
        m_waiting.insert(id, mishap);
    QTimer::singleShot(0, this, &PageGuard::stopWaiting);
}

void PageGuard::stopWaiting()
{
    if (m_waiting.isEmpty())
        return;
    // A dialog that the page opened runs an event loop within the page's code: the page stays until that has ended.
    if (QThread::currentThread()->loopLevel() > 1) {
        QTimer::singleShot(50, this, &PageGuard::stopWaiting);
        return;
    }
    const QHash<QString, Mishap> waiting = std::exchange(m_waiting, {});
    for (auto it = waiting.begin(); it != waiting.end(); ++it) {
        const PluginEntry *plugin = m_host.plugins().find(it.key());
        if (!plugin || plugin->state != PluginState::Ready)
            continue;
        QString details = it->details + tr("\nPlugin: %1 %2, %3").arg(plugin->id, plugin->version, plugin->file);
        if (const QStringList log = MessageLog::last(12); !log.isEmpty())
            details += tr("\n\nLast messages of the program:\n") + log.join(u'\n');
        m_host.plugins().stopped(it.key(), it->message, details);
    }
}

} // namespace orrery
