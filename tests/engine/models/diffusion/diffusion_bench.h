// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/engine/models/diffusion/expected_arrays.h"
#include "tests/engine/runtime/engine_bench.h"

#include <string>

namespace orrery::test {

/// Runs `body` as a job, on one thread: these networks are so small that several would only wait for each other.
/// @return the message of what it failed with; empty when it did not
inline std::string runJob(std::function<Task<int>(EngineScope &)> body)
{
    EngineSettings settings;
    settings.threads = 1;
    EngineBench bench(settings);
    JobHandle<int> job = bench.submit(std::move(body));
    bench.runAll();
    const Result<int> result = job.wait();
    return result ? std::string() : result.error().message;
}

} // namespace orrery::test
