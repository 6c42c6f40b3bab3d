// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/job_registry.h"
#include "engine/core/job_state.h"

#include <chrono>
#include <optional>

namespace orrery::detail {

inline double toMs(std::chrono::steady_clock::duration duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

/// A job as the scheduler sees it. Thread: engine, except `stage`, which the scheduler's lock guards.
class RunningJob
{
public:
    using Clock = std::chrono::steady_clock;

    enum class Stage
    {
        Waiting,   ///< in its lane, no step yet: may be replaced
        Ready,     ///< in its lane, between two steps
        Stepping,  ///< being resumed
        Outside,   ///< a helper thread works for it
        Resting,   ///< nobody works for it until its time has come
        Unwinding, ///< cancelled: gets one last step, in which it sees Exception{Cancelled}
        Ended,
    };

    std::shared_ptr<JobShared> shared;
    Scheduler *scheduler = nullptr;
    std::uint64_t id = 0;
    std::string type;
    Lane lane = Lane::Interactive;
    std::string channel;
    std::uint64_t replaced = 0; ///< waiting jobs of the channel whose place it, and they, took
    Stage stage = Stage::Waiting;

    std::any request; ///< kept whole: a job that ran out of memory starts again from a copy of it
    std::function<void(Result<std::any>)> done;
    std::shared_ptr<const std::function<void(const Progress &)>> progress;

    // Owned by the registry for ever: the frame of a coroutine lambda refers to the lambda.
    const JobDefinition *definition = nullptr;
    std::optional<EngineScope> scope;
    Task<std::any> task;
    std::coroutine_handle<> resumePoint; ///< the innermost suspended coroutine
    std::function<void()> outsideWork;   ///< set by the step that ended with `co_await scope.outside(…)`
    std::exception_ptr outsideError;
    std::optional<Clock::time_point> restUntil; ///< set by the step that ended with `co_await scope.rest(…)`
    bool started = false;
    bool retried = false;

    Clock::time_point submitted;
    Clock::time_point progressSent;
    std::optional<Progress> progressPending;
};

} // namespace orrery::detail
