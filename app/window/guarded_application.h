// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QApplication>

#include <functional>

namespace orrery {

/// What an event handler threw, as words.
struct Mishap
{
    QString message;       ///< what the exception says
    QString details;       ///< its type, the event, who got it, where it was thrown; for a bug report
    QStringList libraries; ///< whose code it came through, from where it was thrown outwards; may be unknown
};

/// The one place where an exception that leaves an event handler is caught: Qt itself would end the program. Slots that
/// run because of the event, timers and queued calls come through here too.
/// Thread: interface; events of objects of other threads are caught and logged.
class GuardedApplication final : public QApplication
{
    Q_OBJECT
public:
    GuardedApplication(int &argc, char **argv);

    /// Told of every mishap, still inside the event that is over now. The receiver is null when it is gone.
    void setHandler(std::function<void(QObject *receiver, const Mishap &)> handler) { m_handler = std::move(handler); }
    bool notify(QObject *receiver, QEvent *event) override;

private:
    std::function<void(QObject *, const Mishap &)> m_handler;
};

} // namespace orrery
