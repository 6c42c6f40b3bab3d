// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/job_registry.h"
#include "engine/core/scheduler.h"
#include "tests/engine/core/plain_runtime.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

/// A runtime without LibTorch: records what the scheduler asks of it.
class FakeRuntime : public test::PlainRuntime
{
public:
    struct Step
    {
        std::uint64_t job;
        GradientMode mode;
    };
    std::vector<Step> steps;
    std::vector<std::uint64_t> finished;
    std::uint64_t evictable = 0; ///< bytes that the next call of evict frees
    int evictions = 0;
    std::uint64_t peak = 4096;

    void runStep(std::uint64_t job, GradientMode mode, const std::function<void()> &resume) override
    {
        steps.push_back({job, mode});
        resume();
    }
    std::uint64_t evict() override
    {
        ++evictions;
        return std::exchange(evictable, 0);
    }
    std::uint64_t finishJob(std::uint64_t job) override
    {
        finished.push_back(job);
        return peak;
    }
    void loadJobs(const std::string &path) override
    {
        if (path.empty())
            throw Exception(ErrorCode::ModelFile, "There is no such library");
    }
    RuntimeInfo info() override
    {
        RuntimeInfo info;
        info.torchVersion = "none";
        return info;
    }
};

/// Counts the objects that live: what a job held must be gone when it is.
struct Tracked
{
    static inline std::atomic<int> alive = 0;
    Tracked() { ++alive; }
    Tracked(const Tracked &) { ++alive; }
    Tracked &operator=(const Tracked &) = default;
    ~Tracked() { --alive; }
};

/// A job whose body the test writes in place.
struct Script
{
    std::function<Task<int>(EngineScope &)> body;
    std::vector<int> payload;
};
inline constexpr JobType<Script, int> kScript{"test.script"};
inline constexpr JobType<Script, int> kGradientScript{"test.gradient-script"};

/// Moves its payload away before it calls the body: the second try of a job must see its own copy.
inline constexpr JobType<Script, int> kGreedy{"test.greedy"};

} // namespace orrery
