// SPDX-License-Identifier: Apache-2.0
#include "engine/models/side_by_side.h"

#include "engine/models/one_thread.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

namespace orrery {

Task<> sideBySide(StepPacer &pace, std::int64_t count, std::function<void(std::int64_t)> work)
{
    const bool alone = deviceOf(pace.scope()) != at::kCPU; // another device works through what it is given in order
    for (std::int64_t first = 0; first < count;) {
        if (pace.due())
            co_await pace.step();
        const std::int64_t here = alone ? 1 : std::min<std::int64_t>(count - first, std::max(1, at::get_num_threads()));
        if (here == 1) {
            const OneThread one;
            const c10::InferenceMode inference;
            work(first);
        } else {
            // Inside of a parallel region LibTorch and its BLAS use one thread for each piece. Its threads know nothing
            // of the modes that this one is in.
            at::parallel_for(0, here, 1, [&](std::int64_t begin, std::int64_t end) {
                const c10::InferenceMode inference;
                for (std::int64_t i = begin; i < end; ++i)
                    work(first + i);
            });
        }
        first += here;
    }
}

} // namespace orrery
