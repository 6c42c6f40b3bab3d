// SPDX-License-Identifier: Apache-2.0
#include "engine/core/engine_scope.h"

#include "engine/core/error.h"
#include "engine/core/running_job.h"
#include "engine/core/scheduler.h"

#include <algorithm>

namespace orrery {
namespace {

void throwIfCancelled(const detail::RunningJob &job)
{
    if (job.shared->stop.stop_requested())
        throw Exception(ErrorCode::Cancelled, "Cancelled");
}

} // namespace

void EngineScope::StepAwaiter::await_suspend(std::coroutine_handle<> innermost) const noexcept
{
    job.resumePoint = innermost;
}

void EngineScope::StepAwaiter::await_resume() const
{
    throwIfCancelled(job);
}

void EngineScope::OutsideAwaiter::await_suspend(std::coroutine_handle<> innermost)
{
    // Only noted here; the scheduler hands it to a helper when the step is over, so that the helper cannot be back
    // before the engine thread has left the coroutine.
    job.outsideWork = std::move(work);
    job.resumePoint = innermost;
}

void EngineScope::OutsideAwaiter::await_resume() const
{
    const std::exception_ptr error = std::exchange(job.outsideError, nullptr);
    throwIfCancelled(job);
    if (error)
        std::rethrow_exception(error);
}

void EngineScope::RestAwaiter::await_suspend(std::coroutine_handle<> innermost) const noexcept
{
    using namespace std::chrono_literals;
    constexpr std::chrono::milliseconds kLongest = 24h * 365; // milliseconds::max() would overflow the clock
    job.restUntil = detail::RunningJob::Clock::now() + std::min(time, kLongest);
    job.resumePoint = innermost;
}

void EngineScope::RestAwaiter::await_resume() const
{
    throwIfCancelled(job);
}

void EngineScope::progress(double fraction, std::string message, std::any partial)
{
    m_job.scheduler->reportProgress(m_job, Progress{fraction, std::move(message), std::move(partial)});
}

std::stop_token EngineScope::stopToken() const
{
    return m_job.shared->stop.get_token();
}

std::uint64_t EngineScope::jobId() const
{
    return m_job.id;
}

} // namespace orrery
