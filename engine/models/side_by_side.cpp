// SPDX-License-Identifier: Apache-2.0
#include "engine/models/side_by_side.h"

#include "engine/models/one_thread.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>

namespace orrery {
namespace {

using Clock = std::chrono::steady_clock;

/// What is done sooner stays on this thread: on a busy machine a second one may come late, and everybody waits for it.
constexpr std::chrono::milliseconds kWorthWaking{4};

void inParallel(std::int64_t first, std::int64_t count, const std::function<void(std::int64_t)> &work)
{
    // Inside of a parallel region LibTorch and its BLAS use one thread for each piece. Its threads know nothing of the
    // modes that this one is in.
    at::parallel_for(0, count, 1, [&](std::int64_t begin, std::int64_t end) {
        const c10::InferenceMode inference;
        for (std::int64_t i = begin; i < end; ++i)
            work(first + i);
    });
}

} // namespace

Task<> sideBySide(StepPacer &pace, std::int64_t count, std::function<void(std::int64_t)> work, Clock::duration *lasting)
{
    const bool alone = deviceOf(pace.scope()) != at::kCPU; // another device works through what it is given in order
    Clock::duration last = lasting ? *lasting : Clock::duration{}; // that a piece took
    for (std::int64_t first = 0; first < count;) {
        if (pace.due())
            co_await pace.step();
        const std::int64_t here = std::min<std::int64_t>(count - first, alone ? 1 : std::max(1, at::get_num_threads()));
        if (here == 1 || last * (count - first) < kWorthWaking) {
            const OneThread one;
            const c10::InferenceMode inference;
            const Clock::time_point start = Clock::now();
            work(first++);
            last = Clock::now() - start;
            if (lasting)
                *lasting = last;
        } else {
            inParallel(first, here, work);
            first += here;
        }
    }
}

} // namespace orrery
