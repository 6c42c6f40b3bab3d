// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/job.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace orrery {
class Scheduler;
}

namespace orrery::detail {

/// What the handles of a job and the scheduler share. Lives as long as either. Thread: any, under `mutex`.
struct JobShared
{
    std::stop_source stop; ///< thread-safe by itself; requested outside the lock, because it runs callbacks
    std::weak_ptr<Scheduler> scheduler;

    mutable std::mutex mutex;
    mutable std::condition_variable changed;
    JobRecord record;
    bool cancelAsked = false; ///< once set before `result`, the job ends as cancelled whatever it returns
    std::shared_ptr<const Result<std::any>> result; ///< set once, when the job ended
    bool handedOver = false;                        ///< the executor has the completion: waiting callers may go on
    std::vector<float> stepsMs;                     ///< the last kStepsKept step durations, as a ring
    std::size_t stepsNext = 0;

    // Progress on its way to the caller: newest wins, so a slow interface finds one message, not a hundred.
    std::optional<Progress> outgoing;
    bool progressPosted = false;
    bool progressClosed = false;

    static constexpr std::size_t kStepsKept = 16384;
};

} // namespace orrery::detail
