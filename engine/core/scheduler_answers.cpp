// SPDX-License-Identifier: Apache-2.0
// What callers hear of their jobs: completions, progress, changed records.
#include "engine/core/scheduler.h"

#include "engine/core/running_job.h"

#include <algorithm>
#include <cstdio>

namespace orrery {
namespace {

using Stage = detail::RunningJob::Stage;
using namespace std::chrono_literals;

constexpr auto kProgressInterval = 30ms;
constexpr auto kRecordsInterval = 50ms;
constexpr std::size_t kHistory = 200;

} // namespace

/// Last resort for exceptions of callbacks, which belong to no job: said aloud, so that none is swallowed.
void Scheduler::reportStray(const char *where)
{
    const Error error = describe(std::current_exception());
    std::fprintf(stderr, "orrery: %s threw: %s (%s)\n", where, error.message.c_str(), error.context.c_str());
}

void Scheduler::post(std::function<void()> function)
{
    Executor executor;
    {
        const std::scoped_lock lock(m_mutex);
        executor = m_executor;
    }
    try {
        if (executor)
            executor(std::move(function));
        else
            function();
    } catch (...) {
        reportStray("an answer's receiver");
    }
}

void Scheduler::finish(const JobPtr &job, Runtime *runtime, JobState state, Result<std::any> result)
{
    // The frames first: whoever hears that the job ended may count on its memory.
    job->task = {};
    job->scope.reset();
    job->outsideWork = {};
    job->outsideError = nullptr;
    job->request.reset();
    const std::uint64_t peak = job->started && runtime ? runtime->finishJob(job->id) : 0;
    sendProgress(*job, Clock::now(), true);

    detail::JobShared &shared = *job->shared;
    std::shared_ptr<const Result<std::any>> answer;
    {
        const std::scoped_lock lock(shared.mutex);
        // Whoever cancelled a job never gets its result, however late that was.
        if (shared.cancelAsked && state != JobState::Replaced)
            state = JobState::Cancelled;
        if (state == JobState::Cancelled)
            result = failure(ErrorCode::Cancelled, "Cancelled");
        else if (state == JobState::Replaced)
            result = failure(ErrorCode::Cancelled, "A newer request took its place");
        JobRecord &record = shared.record;
        record.state = state;
        record.finishedMs = sinceStart(Clock::now());
        record.peakBytes = peak;
        if (state == JobState::Failed)
            record.error = result.error().message;
        if (!job->started)
            record.queueMs = record.finishedMs - record.submittedMs;
        answer = std::make_shared<const Result<std::any>>(std::move(result));
        shared.result = answer;
    }
    {
        const std::scoped_lock lock(m_mutex);
        job->stage = Stage::Ended;
        m_active.erase(job->id);
        // Replaced jobs are counted, in `replaced` and by `replacedCount`; a fast stream of them would push everything
        // else out of the history.
        if (state != JobState::Replaced) {
            m_history.push_back(shared.record); // nobody writes it any more
            if (m_history.size() > kHistory)
                m_history.pop_front();
        }
    }
    recordChanged();
    if (job->done) {
        post([shared = job->shared, answer, done = std::exchange(job->done, {})] {
            {
                const std::scoped_lock lock(shared->mutex);
                shared->progressClosed = true;
            }
            done(*answer);
        });
    }
    job->progress.reset();
    {
        const std::scoped_lock lock(shared.mutex);
        shared.handedOver = true;
    }
    shared.changed.notify_all();
}

void Scheduler::reportProgress(detail::RunningJob &job, Progress progress)
{
    {
        const std::scoped_lock lock(job.shared->mutex);
        job.shared->record.progress.fraction = progress.fraction;
        job.shared->record.progress.message = progress.message;
    }
    recordChanged();
    if (!job.progress)
        return;
    const bool waits = job.progressPending.has_value();
    job.progressPending = std::move(progress);
    if (!sendProgress(job, Clock::now(), false) && !waits)
        m_progressWaiting.push_back(job.id);
}

bool Scheduler::sendProgress(detail::RunningJob &job, Clock::time_point now, bool force)
{
    if (!job.progressPending || (!force && now - job.progressSent < kProgressInterval))
        return false;
    job.progressSent = now;
    const std::shared_ptr<detail::JobShared> shared = job.shared;
    {
        const std::scoped_lock lock(shared->mutex);
        shared->outgoing = std::exchange(job.progressPending, std::nullopt);
        if (std::exchange(shared->progressPosted, true))
            return true; // the message on its way will find this one
    }
    post([shared, callback = job.progress] {
        std::optional<Progress> newest;
        {
            const std::scoped_lock lock(shared->mutex);
            shared->progressPosted = false;
            if (!shared->progressClosed)
                newest = std::exchange(shared->outgoing, std::nullopt);
        }
        if (newest)
            (*callback)(*newest);
    });
    return true;
}

bool Scheduler::flush(Clock::time_point now)
{
    bool sent = false;
    std::erase_if(m_progressWaiting, [&](std::uint64_t id) {
        JobPtr job;
        {
            const std::scoped_lock lock(m_mutex);
            const auto found = m_active.find(id);
            if (found != m_active.end())
                job = found->second;
        }
        if (!job || !job->progressPending)
            return true;
        const bool now_ = sendProgress(*job, now, false);
        sent |= now_;
        return now_;
    });

    std::function<void()> callback;
    {
        const std::scoped_lock lock(m_mutex);
        callback = m_recordsCallback;
    }
    if (callback && m_recordsDirty.load() && now - m_recordsSent >= kRecordsInterval) {
        m_recordsDirty.store(false);
        m_recordsSent = now;
        sent = true;
        if (!m_recordsPosted->exchange(true)) {
            post([callback, posted = m_recordsPosted] {
                posted->store(false); // first: a change during the callback must be told
                callback();
            });
        }
    }
    return sent;
}

std::optional<Scheduler::Clock::time_point> Scheduler::nextFlush() const
{
    std::optional<Clock::time_point> due;
    if (m_recordsCallback && m_recordsDirty.load())
        due = m_recordsSent + kRecordsInterval;
    for (const std::uint64_t id : m_progressWaiting) {
        const auto found = m_active.find(id);
        if (found == m_active.end())
            continue;
        const auto at = found->second->progressSent + kProgressInterval;
        due = due ? std::min(*due, at) : at;
    }
    return due;
}

} // namespace orrery
