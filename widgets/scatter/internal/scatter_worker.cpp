// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/scatter_worker.h"

#include <QCoreApplication>
#include <QThreadPool>

namespace orrery {

namespace {

/// Two views beside each other work at once; at a lower priority than the interface.
QThreadPool &pool()
{
    static QThreadPool pool;
    static const bool prepared = [] {
        pool.setMaxThreadCount(2);
        pool.setThreadPriority(QThread::LowPriority);
        return true;
    }();
    Q_UNUSED(prepared);
    return pool;
}

} // namespace

void ScatterWorker::start(Task task, std::function<void(Result)> done)
{
    pool().start([self = shared_from_this(), task = std::move(task), done = std::move(done)] {
        Result result{.positions = task.positions, .order = task.order, .region = task.region};
        if (!result.order)
            result.order = shuffledOrder(static_cast<std::int64_t>(task.positions->size() / 2));
        if (task.grid)
            result.grid = std::make_shared<PointGrid>(task.positions, result.order);
        if (!task.region.isNull() && !task.bins.isEmpty())
            result.density = Density(*task.positions, *task.looks, task.region, task.bins).picture(task.cover);
        const std::lock_guard lock(self->m_mutex);
        if (self->m_receiver)
            QMetaObject::invokeMethod(
                self->m_receiver, [result = std::move(result), done] { done(result); }, Qt::QueuedConnection);
    });
}

void ScatterWorker::forget()
{
    const std::lock_guard lock(m_mutex);
    m_receiver = nullptr;
}

} // namespace orrery
