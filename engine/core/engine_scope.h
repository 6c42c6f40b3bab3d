// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/job.h"
#include "engine/core/task.h"

#include <chrono>
#include <coroutine>
#include <functional>
#include <stop_token>

namespace orrery {

class Runtime;
namespace detail {
class RunningJob;
}

/// What a job sees of the engine. Only the engine thread makes one, so a function that takes `EngineScope &` can be
/// called by jobs alone; the compiler enforces the rule.
/// Thread: engine.
class EngineScope
{
public:
    EngineScope(detail::RunningJob &job, Runtime &runtime) : m_job(job), m_runtime(runtime) {}
    EngineScope(const EngineScope &) = delete;
    EngineScope &operator=(const EngineScope &) = delete;

    /// Suspension point: `co_await scope.step();`, at least every 50 ms of work. Once the job was cancelled it throws
    /// Exception{Cancelled} here, once: a job that catches it and suspends again is destroyed, and its result dropped.
    /// No thread-local guard (inference mode, gradient mode, autocast) may live across it: the job would fail.
    struct StepAwaiter
    {
        detail::RunningJob &job;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> innermost) const noexcept;
        void await_resume() const; ///< throws Exception{Cancelled}
    };
    StepAwaiter step() { return StepAwaiter{m_job}; }

    /// Runs `work` on a helper thread (decoding a file, reading a folder) while other jobs take steps, then goes on.
    /// `work` must not touch a tensor: no thread but the engine's calls ATen. Its exception is rethrown here.
    struct OutsideAwaiter
    {
        detail::RunningJob &job;
        std::function<void()> work;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> innermost);
        void await_resume() const;
    };
    OutsideAwaiter outside(std::function<void()> work) { return OutsideAwaiter{m_job, std::move(work)}; }

    /// Ends the step and goes on after `time`, earlier when the job is cancelled. Meanwhile the job holds no thread:
    /// for jobs that wait for the world (a microphone, a page that is still drawing). What is due while another job
    /// takes a step waits for its turn like any other. Throws Exception{Cancelled} as step() does.
    struct RestAwaiter
    {
        detail::RunningJob &job;
        std::chrono::milliseconds time;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> innermost) const noexcept;
        void await_resume() const; ///< throws Exception{Cancelled}
    };
    RestAwaiter rest(std::chrono::milliseconds time) { return RestAwaiter{m_job, time}; }

    /// Tells the caller how far the job is. Cheap; sent at most every 30 ms, the last one always.
    void progress(double fraction, std::string message, std::any partial = {});

    std::stop_token stopToken() const;
    Runtime &runtime() { return m_runtime; }
    std::uint64_t jobId() const;

private:
    detail::RunningJob &m_job;
    Runtime &m_runtime;
};

} // namespace orrery
