// SPDX-License-Identifier: Apache-2.0
#include "engine/core/engine_thread.h"
#include "engine/core/job_state.h"
#include "engine/core/scheduler.h"

namespace orrery {

std::uint64_t JobControl::id() const
{
    if (!m_shared)
        return 0;
    const std::scoped_lock lock(m_shared->mutex);
    return m_shared->record.id;
}

void JobControl::cancel()
{
    if (!m_shared)
        return;
    {
        const std::scoped_lock lock(m_shared->mutex);
        if (m_shared->result || m_shared->cancelAsked)
            return;
        m_shared->cancelAsked = true;
    }
    m_shared->stop.request_stop();
    if (const std::shared_ptr<Scheduler> scheduler = m_shared->scheduler.lock())
        scheduler->cancelRequested();
}

bool JobControl::finished() const
{
    if (!m_shared)
        return false;
    const std::scoped_lock lock(m_shared->mutex);
    return m_shared->result != nullptr;
}

JobRecord JobControl::record() const
{
    if (!m_shared)
        return {};
    const std::scoped_lock lock(m_shared->mutex);
    return m_shared->record;
}

std::vector<double> JobControl::stepDurationsMs() const
{
    if (!m_shared)
        return {};
    const std::scoped_lock lock(m_shared->mutex);
    const std::vector<float> &ring = m_shared->stepsMs;
    std::vector<double> inOrder;
    inOrder.reserve(ring.size());
    for (std::size_t i = 0; i < ring.size(); ++i)
        inOrder.push_back(ring[(m_shared->stepsNext + i) % ring.size()]);
    return inOrder;
}

Result<std::any> JobControl::waitAny() const
{
    if (!m_shared)
        return failure(ErrorCode::Internal, "There is no request to wait for");
    std::unique_lock lock(m_shared->mutex);
    if (EngineThread::onEngineThread()) {
        // A completion without an executor runs on the engine thread: it may look at what has ended, but waiting for
        // anything else would wait for itself.
        if (!m_shared->result)
            return failure(ErrorCode::Internal, "The engine cannot wait for a request of its own",
                           "job " + m_shared->record.type);
        return *m_shared->result;
    }
    m_shared->changed.wait(lock, [this] { return m_shared->handedOver; });
    const std::shared_ptr<const Result<std::any>> result = m_shared->result;
    lock.unlock(); // the copy may be large
    return *result;
}

} // namespace orrery
