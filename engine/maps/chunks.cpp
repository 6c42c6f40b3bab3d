// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/chunks.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>

namespace orrery::maps {

void forChunks(std::int64_t count, const std::function<void(std::int64_t)> &work)
{
    const std::int64_t threads = std::min<std::int64_t>(count, at::get_num_threads());
    std::atomic<std::int64_t> next{0};
    // Taken one by one, not dealt out: another program may slow one of the threads down.
    const auto takeTurns = [&](std::int64_t, std::int64_t) {
        for (std::int64_t chunk = next++; chunk < count; chunk = next++)
            work(chunk);
    };
    if (threads <= 1)
        takeTurns(0, 1);
    else
        at::parallel_for(0, threads, 1, takeTurns);
}

} // namespace orrery::maps
