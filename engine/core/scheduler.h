// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/helper_pool.h"
#include "engine/core/job_state.h"
#include "engine/core/runtime.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

namespace detail {
class RunningJob;
}

/// Decides which job takes the next step. Knows no LibTorch and starts no engine thread: EngineThread drives it, and
/// tests drive it step by step.
///
/// Order of a turn: commands, answers of jobs that ended without a step, then one step: the live lane first, then
/// cancelled jobs (which get one last step), then the interactive and the background lane; round robin in each.
class Scheduler : public std::enable_shared_from_this<Scheduler>
{
public:
    using Executor = std::function<void(std::function<void()>)>;
    using Clock = std::chrono::steady_clock;

    /// @param helperThreads  threads for `scope.outside(…)`
    static std::shared_ptr<Scheduler> create(unsigned helperThreads);
    ~Scheduler();

    // Any thread.
    JobControl submit(const std::string &typeId, std::any request, JobOptions options,
                      std::function<void(Result<std::any>)> done, std::function<void(const Progress &)> progress);
    /// Runs between two steps, with the runtime, or with null when the engine did not start or is closing.
    void command(std::function<void(Runtime *)> command);
    void cancelRequested(); ///< some job's stop was requested
    void close();           ///< cancels every job; `wait` and `turn` then come to an end
    void setExecutor(Executor executor);
    void post(std::function<void()> function); ///< through the executor; an exception of it goes to standard error
    void onRecordsChanged(std::function<void()> callback);
    std::vector<JobRecord> records() const;
    std::uint64_t replacedCount(const std::string &channel) const;
    std::vector<double> waitsMs(Lane lane) const;

    // Engine thread.
    /// One turn. @param runtime  null: the engine could not start, and jobs fail with `startError`.
    /// @return false when there was nothing to do
    bool turn(Runtime *runtime);
    /// Blocks until `turn` would have something to do. @return false once closed and every job has ended
    bool wait();
    void setStartError(Error error) { m_startError = std::move(error); }
    /// After `close`: takes turns until every job has ended, then ends the helper threads.
    void drain(Runtime *runtime);
    void reportProgress(detail::RunningJob &job, Progress progress);

private:
    using JobPtr = std::shared_ptr<detail::RunningJob>;
    explicit Scheduler(unsigned helperThreads);

    void enqueue(const JobPtr &job, JobRecord &record);
    JobPtr pick();
    void step(const JobPtr &job, Runtime &runtime);
    void begin(detail::RunningJob &job);
    void failed(const JobPtr &job, Runtime &runtime, std::exception_ptr exception);
    void goOutside(const JobPtr &job);
    void backFromOutside(const JobPtr &job, std::exception_ptr error);
    void goRest(const JobPtr &job);
    void wakeRested(Clock::time_point now);
    void makeReady(const JobPtr &job);
    void collectCancelled();
    void finish(const JobPtr &job, Runtime *runtime, JobState state, Result<std::any> result);
    bool sendProgress(detail::RunningJob &job, Clock::time_point now, bool force);
    bool flush(Clock::time_point now);
    std::optional<Clock::time_point> nextFlush() const;
    static void reportStray(const char *where);
    void recordChanged() { m_recordsDirty.store(true); }
    double sinceStart(Clock::time_point time) const;
    std::deque<JobPtr> &laneOf(const detail::RunningJob &job);

    const Clock::time_point m_start = Clock::now();

    mutable std::mutex m_mutex; // guards from here …
    std::condition_variable m_changed;
    std::array<std::deque<JobPtr>, 3> m_lanes;
    std::deque<JobPtr> m_unwinding;
    std::multimap<Clock::time_point, JobPtr> m_resting; ///< by the time when they go on
    std::deque<std::pair<JobPtr, JobState>> m_ended;    ///< replaced, or cancelled before their first step
    std::deque<std::function<void(Runtime *)>> m_commands;
    std::map<std::uint64_t, JobPtr> m_active;
    std::map<std::string, JobPtr> m_waitingOfChannel;
    std::map<std::string, std::uint64_t> m_replaced;
    std::deque<JobRecord> m_history;
    std::array<std::deque<float>, 3> m_waitsMs;
    Executor m_executor;
    std::function<void()> m_recordsCallback;
    std::uint64_t m_nextId = 1;
    bool m_cancelsToCollect = false;
    bool m_closed = false;
    bool m_drained = false; // … to here

    std::atomic<bool> m_recordsDirty = false;
    std::shared_ptr<std::atomic<bool>> m_recordsPosted = std::make_shared<std::atomic<bool>>(false);

    // Engine thread only.
    Error m_startError{ErrorCode::Internal, "The engine did not start", {}};
    std::vector<std::uint64_t> m_progressWaiting; ///< jobs whose newest progress was too soon to send
    Clock::time_point m_recordsSent{};

    std::unique_ptr<HelperPool> m_helpers;
};

} // namespace orrery
