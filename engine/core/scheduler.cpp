// SPDX-License-Identifier: Apache-2.0
#include "engine/core/scheduler.h"

#include "engine/core/running_job.h"

#include <algorithm>

namespace orrery {
namespace {

using Stage = detail::RunningJob::Stage;
} // namespace

std::shared_ptr<Scheduler> Scheduler::create(unsigned helperThreads)
{
    return std::shared_ptr<Scheduler>(new Scheduler(helperThreads));
}

Scheduler::Scheduler(unsigned helperThreads) : m_helpers(std::make_unique<HelperPool>(helperThreads)) {}

Scheduler::~Scheduler() = default;

std::deque<Scheduler::JobPtr> &Scheduler::laneOf(const detail::RunningJob &job)
{
    return m_lanes[static_cast<std::size_t>(job.lane)];
}

double Scheduler::sinceStart(Clock::time_point time) const
{
    return detail::toMs(time - m_start);
}

JobControl Scheduler::submit(const std::string &typeId, std::any request, JobOptions options,
                             std::function<void(Result<std::any>)> done, std::function<void(const Progress &)> progress)
{
    auto job = std::make_shared<detail::RunningJob>();
    job->shared = std::make_shared<detail::JobShared>();
    job->shared->scheduler = weak_from_this();
    job->scheduler = this;
    job->type = typeId;
    job->lane = options.lane;
    job->channel = options.channel;
    job->request = std::move(request);
    job->done = std::move(done);
    if (progress)
        job->progress = std::make_shared<const std::function<void(const Progress &)>>(std::move(progress));
    job->submitted = Clock::now();

    JobRecord &record = job->shared->record; // nobody else knows it yet
    record.type = typeId;
    record.title = options.title.empty() ? typeId : options.title;
    record.lane = options.lane;
    record.channel = options.channel;
    record.submittedMs = sinceStart(job->submitted);

    recordChanged(); // before the engine thread can see the job and fall asleep again
    bool tooLate = false;
    {
        const std::scoped_lock lock(m_mutex);
        job->id = record.id = m_nextId++;
        m_active.emplace(job->id, job);
        tooLate = m_drained;
        if (m_closed) {
            job->stage = Stage::Ended;
            if (!m_drained)
                m_ended.emplace_back(job, JobState::Cancelled);
        } else {
            enqueue(job, record);
        }
    }
    if (tooLate)
        finish(job, nullptr, JobState::Cancelled, {});
    m_changed.notify_one();
    return JobControl(job->shared);
}

void Scheduler::enqueue(const JobPtr &job, JobRecord &record)
{
    std::deque<JobPtr> &lane = laneOf(*job);
    if (job->channel.empty()) {
        lane.push_back(job);
        return;
    }
    JobPtr &waiting = m_waitingOfChannel[job->channel];
    const JobPtr older = std::exchange(waiting, job);
    if (!older) {
        lane.push_back(job);
        return;
    }
    // Takes the older one's turn as well, so that a fast stream is not put back to the end of the lane for ever.
    std::deque<JobPtr> &olderLane = laneOf(*older);
    const auto place = std::find(olderLane.begin(), olderLane.end(), older);
    if (&olderLane == &lane) {
        *place = job;
    } else {
        olderLane.erase(place);
        lane.push_back(job);
    }
    older->stage = Stage::Ended;
    m_ended.emplace_back(older, JobState::Replaced);
    ++m_replaced[job->channel];
    job->replaced = record.replaced = older->replaced + 1;
}

void Scheduler::command(std::function<void(Runtime *)> command)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_drained)
            m_commands.push_back(std::exchange(command, {}));
    }
    if (command)
        command(nullptr);
    m_changed.notify_one();
}

void Scheduler::cancelRequested()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_cancelsToCollect = true;
    }
    m_changed.notify_one();
}

void Scheduler::close()
{
    std::vector<JobPtr> jobs;
    {
        const std::scoped_lock lock(m_mutex);
        m_closed = true;
        for (const auto &[id, job] : m_active)
            jobs.push_back(job);
    }
    for (const JobPtr &job : jobs)
        JobControl(job->shared).cancel();
    cancelRequested(); // also wakes a scheduler without jobs
}

void Scheduler::setExecutor(Executor executor)
{
    const std::scoped_lock lock(m_mutex);
    m_executor = std::move(executor);
}

void Scheduler::onRecordsChanged(std::function<void()> callback)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_recordsCallback = std::move(callback);
    }
    command([](Runtime *) {}); // wakes the engine thread, which may sleep without a time limit
}

std::vector<JobRecord> Scheduler::records() const
{
    std::vector<JobRecord> records;
    std::vector<std::shared_ptr<detail::JobShared>> active;
    {
        const std::scoped_lock lock(m_mutex);
        records.assign(m_history.begin(), m_history.end());
        for (const auto &[id, job] : m_active) {
            if (job->stage != Stage::Ended)
                active.push_back(job->shared);
        }
    }
    for (const auto &shared : active) {
        const std::scoped_lock lock(shared->mutex);
        records.push_back(shared->record);
    }
    std::sort(records.begin(), records.end(), [](const JobRecord &a, const JobRecord &b) { return a.id < b.id; });
    return records;
}

std::uint64_t Scheduler::replacedCount(const std::string &channel) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_replaced.find(channel);
    return found == m_replaced.end() ? 0 : found->second;
}

std::vector<double> Scheduler::waitsMs(Lane lane) const
{
    const std::scoped_lock lock(m_mutex);
    const auto &waits = m_waitsMs[static_cast<std::size_t>(lane)];
    return {waits.begin(), waits.end()};
}

} // namespace orrery
