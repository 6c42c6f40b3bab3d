// SPDX-License-Identifier: Apache-2.0
// The engine thread's half of the scheduler: which job takes the next step, and what its end means.
#include "engine/core/scheduler.h"

#include "engine/core/running_job.h"

#include <algorithm>

namespace orrery {
namespace {

using Stage = detail::RunningJob::Stage;

constexpr std::size_t kWaitsKept = 16384;

} // namespace

bool Scheduler::wait()
{
    std::unique_lock lock(m_mutex);
    const auto something = [this] {
        return m_cancelsToCollect || !m_commands.empty() || !m_ended.empty() || !m_unwinding.empty() ||
               std::any_of(m_lanes.begin(), m_lanes.end(), [](const auto &lane) { return !lane.empty(); }) ||
               (m_closed && m_active.empty());
    };
    auto due = nextFlush();
    if (!m_resting.empty()) // only this thread adds to it, so nothing earlier comes while it sleeps
        due = due ? std::min(*due, m_resting.begin()->first) : m_resting.begin()->first;
    if (due)
        m_changed.wait_until(lock, *due, something);
    else
        m_changed.wait(lock, something);
    return !(m_closed && m_active.empty() && m_commands.empty());
}

bool Scheduler::turn(Runtime *runtime)
{
    std::deque<std::function<void(Runtime *)>> commands;
    std::deque<std::pair<JobPtr, JobState>> ended;
    {
        const std::scoped_lock lock(m_mutex);
        if (std::exchange(m_cancelsToCollect, false))
            collectCancelled();
        commands.swap(m_commands);
        ended.swap(m_ended);
    }
    bool worked = !commands.empty() || !ended.empty();
    for (const auto &command : commands) {
        try {
            command(runtime);
        } catch (...) {
            reportStray("a command");
        }
    }
    for (const auto &[job, state] : ended)
        finish(job, runtime, state, {});
    worked |= flush(Clock::now());

    const JobPtr job = pick();
    if (!job)
        return worked;
    if (runtime)
        step(job, *runtime);
    else
        finish(job, nullptr, JobState::Failed, tl::unexpected(m_startError));
    return true;
}

void Scheduler::drain(Runtime *runtime)
{
    while (wait())
        turn(runtime);
    m_helpers.reset(); // every job has ended, so no helper works for one
    std::deque<std::function<void(Runtime *)>> late;
    std::deque<std::pair<JobPtr, JobState>> ended;
    {
        const std::scoped_lock lock(m_mutex);
        m_drained = true; // from here on `submit` and `command` answer for themselves
        late.swap(m_commands);
        ended.swap(m_ended);
    }
    for (const auto &[job, state] : ended)
        finish(job, runtime, state, {});
    for (const auto &command : late)
        command(nullptr);
}

Scheduler::JobPtr Scheduler::pick()
{
    const std::scoped_lock lock(m_mutex);
    wakeRested(Clock::now());
    std::deque<JobPtr> *from = nullptr;
    for (std::deque<JobPtr> *queue : {&m_lanes[0], &m_unwinding, &m_lanes[1], &m_lanes[2]}) {
        if (!queue->empty()) {
            from = queue;
            break;
        }
    }
    if (!from)
        return nullptr;
    JobPtr job = std::move(from->front());
    from->pop_front();
    if (job->stage == Stage::Waiting && !job->channel.empty())
        m_waitingOfChannel.erase(job->channel);
    job->stage = Stage::Stepping;
    return job;
}

void Scheduler::collectCancelled()
{
    const auto take = [](std::deque<JobPtr> &queue, const JobPtr &job) {
        const auto place = std::find(queue.begin(), queue.end(), job);
        if (place != queue.end())
            queue.erase(place);
    };
    for (const auto &[id, job] : m_active) {
        if (!job->shared->stop.stop_requested())
            continue;
        switch (job->stage) {
        case Stage::Waiting:
            take(laneOf(*job), job);
            if (!job->channel.empty())
                m_waitingOfChannel.erase(job->channel);
            job->stage = Stage::Ended;
            m_ended.emplace_back(job, JobState::Cancelled);
            break;
        case Stage::Ready:
            take(laneOf(*job), job);
            job->stage = Stage::Unwinding;
            m_unwinding.push_back(job);
            break;
        case Stage::Resting:
            std::erase_if(m_resting, [&job = job](const auto &entry) { return entry.second == job; });
            job->stage = Stage::Unwinding;
            m_unwinding.push_back(job);
            break;
        case Stage::Outside:
            // Work that has begun refers to the frame of the job, so its end is waited for.
            if (m_helpers->remove(id)) {
                job->stage = Stage::Unwinding;
                m_unwinding.push_back(job);
            }
            break;
        case Stage::Stepping:
        case Stage::Unwinding:
        case Stage::Ended:
            break;
        }
    }
}

void Scheduler::begin(detail::RunningJob &job)
{
    const auto now = Clock::now();
    const double waitedMs = detail::toMs(now - job.submitted);
    {
        const std::scoped_lock lock(job.shared->mutex);
        JobRecord &record = job.shared->record;
        record.state = JobState::Running;
        record.startedMs = sinceStart(now);
        record.queueMs = waitedMs;
    }
    const std::scoped_lock lock(m_mutex);
    auto &waits = m_waitsMs[static_cast<std::size_t>(job.lane)];
    waits.push_back(static_cast<float>(waitedMs));
    if (waits.size() > kWaitsKept)
        waits.pop_front();
}

void Scheduler::step(const JobPtr &job, Runtime &runtime)
{
    const bool lastStep = job->shared->stop.stop_requested();
    if (!job->task) {
        if (lastStep) { // cancelled after it was picked, or while it waited for its second try
            finish(job, &runtime, JobState::Cancelled, {});
            return;
        }
        if (!job->started) {
            job->definition = JobRegistry::instance().find(job->type);
            if (!job->definition) {
                finish(job, &runtime, JobState::Failed,
                       failure(ErrorCode::NotFound,
                               "Nothing that is loaded can do \"" + job->type + "\"; is a part of Orrery missing?"));
                return;
            }
            begin(*job);
            job->started = true;
        }
    }

    const auto before = Clock::now();
    std::exception_ptr thrown;
    try {
        runtime.runStep(job->id, job->definition->mode, [&] {
            if (!job->task) {
                job->scope.emplace(*job, runtime);
                job->task = job->definition->body(*job->scope, job->request);
                job->resumePoint = job->task.handle();
            }
            std::exchange(job->resumePoint, {}).resume();
        });
    } catch (...) {
        thrown = std::current_exception();
    }
    const double ms = detail::toMs(Clock::now() - before);
    {
        detail::JobShared &shared = *job->shared;
        const std::scoped_lock lock(shared.mutex);
        ++shared.record.steps;
        shared.record.runMs += ms;
        shared.record.longestStepMs = std::max(shared.record.longestStepMs, ms);
        if (shared.stepsMs.size() < detail::JobShared::kStepsKept) {
            shared.stepsMs.push_back(static_cast<float>(ms));
        } else {
            shared.stepsMs[shared.stepsNext] = static_cast<float>(ms);
            shared.stepsNext = (shared.stepsNext + 1) % detail::JobShared::kStepsKept;
        }
    }
    recordChanged();

    if (thrown) {
        failed(job, runtime, thrown);
    } else if (job->task.done()) {
        std::any value;
        try {
            value = job->task.take();
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown)
            failed(job, runtime, thrown);
        else
            finish(job, &runtime, JobState::Done, std::move(value));
    } else if (lastStep) {
        // It caught Cancelled and suspended again. Its frames are destroyed here, as they are suspended.
        finish(job, &runtime, JobState::Cancelled, {});
    } else if (job->outsideWork) {
        goOutside(job);
    } else if (job->restUntil) {
        goRest(job);
    } else {
        makeReady(job);
    }
}

void Scheduler::failed(const JobPtr &job, Runtime &runtime, std::exception_ptr exception)
{
    Error error;
    try {
        error = runtime.translate(exception);
    } catch (...) {
        error = describe(std::current_exception());
    }
    if (error.code == ErrorCode::Cancelled) {
        finish(job, &runtime, JobState::Cancelled, {});
        return;
    }
    if (error.code == ErrorCode::OutOfMemory && !job->retried) {
        // What the job holds goes first: it may be what keeps a model from being evicted.
        exception = nullptr;
        job->task = {};
        job->resumePoint = {};
        job->outsideWork = {};
        job->restUntil.reset();
        // Nothing freed: a second try would end in the same place.
        if (runtime.evict() > 0) {
            job->retried = true;
            makeReady(job);
            return;
        }
    }
    error.context += (error.context.empty() ? "job " : "; job ") + job->type;
    finish(job, &runtime, JobState::Failed, tl::unexpected(std::move(error)));
}

void Scheduler::makeReady(const JobPtr &job)
{
    const std::scoped_lock lock(m_mutex);
    if (job->shared->stop.stop_requested()) {
        job->stage = Stage::Unwinding;
        m_unwinding.push_back(job);
    } else {
        job->stage = Stage::Ready;
        laneOf(*job).push_back(job);
    }
}

void Scheduler::goRest(const JobPtr &job)
{
    const auto until = *std::exchange(job->restUntil, std::nullopt);
    const std::scoped_lock lock(m_mutex);
    if (job->shared->stop.stop_requested()) {
        job->stage = Stage::Unwinding;
        m_unwinding.push_back(job);
    } else {
        job->stage = Stage::Resting;
        m_resting.emplace(until, job);
    }
}

/// Under the lock.
void Scheduler::wakeRested(Clock::time_point now)
{
    while (!m_resting.empty() && m_resting.begin()->first <= now) {
        const JobPtr job = std::move(m_resting.begin()->second);
        m_resting.erase(m_resting.begin());
        job->stage = Stage::Ready;
        laneOf(*job).push_back(job);
    }
}

void Scheduler::goOutside(const JobPtr &job)
{
    {
        const std::scoped_lock lock(m_mutex);
        job->stage = Stage::Outside;
        // A cancel that came during the step was collected as "Stepping", that is, not at all.
        m_cancelsToCollect = true;
    }
    m_helpers->run(job->id, static_cast<int>(job->lane),
                   [this, job, work = std::exchange(job->outsideWork, {})]() mutable {
                       std::exception_ptr error;
                       try {
                           work();
                       } catch (...) {
                           error = std::current_exception();
                       }
                       work = {}; // before the job goes on: it refers to the frame
                       backFromOutside(job, std::move(error));
                   });
}

void Scheduler::backFromOutside(const JobPtr &job, std::exception_ptr error)
{
    {
        const std::scoped_lock lock(m_mutex);
        job->outsideError = std::move(error);
        if (job->shared->stop.stop_requested()) {
            job->stage = Stage::Unwinding;
            m_unwinding.push_back(job);
        } else {
            job->stage = Stage::Ready;
            laneOf(*job).push_back(job);
        }
    }
    m_changed.notify_one();
}

} // namespace orrery
