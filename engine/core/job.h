// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/result.h"

#include <any>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

/// How urgent a job is. Between two steps the scheduler always prefers the more urgent lane.
enum class Lane
{
    Live,        ///< microphone, camera, sketch strokes: waits for at most one step of whatever runs
    Interactive, ///< somebody looks at a progress bar
    Background,  ///< indexing, training, big maps
};

enum class JobState
{
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
    Replaced, ///< a newer job of the same channel took its place before it ran
};

/// Names a kind of job and ties its plain request to its plain result. Both cross threads and library borders, so they
/// hold no tensor and no Qt type. Declared once in a header that caller and engine share (`engine/api/…`).
template <class RequestType, class ResultType>
struct JobType
{
    using Request = RequestType;
    using Result = ResultType;
    const char *id; ///< "clip.classify": part that owns it, then the verb
};

struct Progress
{
    double fraction = -1.0; ///< in [0, 1]; negative while it cannot be known
    std::string message;    ///< for the user: "Picture 3 of 12"
    std::any partial;       ///< a result so far, of a type the job's header names; may be empty
};

/// Telemetry of one job, for the timeline. Times in milliseconds.
struct JobRecord
{
    std::uint64_t id = 0;
    std::string type;  ///< JobType::id
    std::string title; ///< for the user
    Lane lane = Lane::Interactive;
    std::string channel;
    JobState state = JobState::Waiting;
    Progress progress;                                     ///< without `partial`
    double submittedMs = 0, startedMs = 0, finishedMs = 0; ///< since the engine started; 0 while it has not happened
    double queueMs = 0;                                    ///< waiting before the first step
    double runMs = 0;                                      ///< sum of the steps
    double longestStepMs = 0;
    std::uint64_t steps = 0;
    std::uint64_t peakBytes = 0; ///< charged to this job at most at one time
    std::uint64_t replaced = 0;  ///< waiting jobs of its channel that it, and its predecessors, took the place of
    std::string error;           ///< message, when it failed
};

struct JobOptions
{
    Lane lane = Lane::Interactive;
    std::string title;   ///< shown in the running-work bar and the timeline
    std::string channel; ///< not empty: newest wins, a waiting job of the same channel is replaced
};

namespace detail {
struct JobShared; // state shared by handle and scheduler; see job_state.h
} // namespace detail

/// Cancel, watch and wait for a job, without its result type. Cheap to copy. Thread: any.
class JobControl
{
public:
    JobControl() = default;
    explicit JobControl(std::shared_ptr<detail::JobShared> shared) : m_shared(std::move(shared)) {}

    bool valid() const { return m_shared != nullptr; }
    std::uint64_t id() const;
    /// Takes effect within one step; frees what the job held.
    void cancel();
    bool finished() const;
    JobRecord record() const;
    /// How long the last steps took (16,384 at most), in order.
    std::vector<double> stepDurationsMs() const;
    /// Blocks until the job has ended and its completion was given to the executor. Never call it on the interface
    /// thread.
    Result<std::any> waitAny() const;

private:
    std::shared_ptr<detail::JobShared> m_shared;
};

template <class T>
class JobHandle : public JobControl
{
public:
    using JobControl::JobControl;
    JobHandle(JobControl control) : JobControl(std::move(control)) {}
    /// Blocks until the job ends. Never call it on the interface thread.
    Result<T> wait() const
    {
        Result<std::any> any = waitAny();
        if (!any)
            return tl::unexpected<Error>(any.error());
        return std::any_cast<T>(std::move(*any));
    }
};

} // namespace orrery
