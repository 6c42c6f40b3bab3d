// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/torch_runtime.h"
#include "tests/engine/core/fake_runtime.h"

#include <memory>
#include <utility>

namespace orrery {

/// The real runtime under a scheduler that the test drives step by step, on its own thread.
struct EngineBench
{
    std::shared_ptr<Scheduler> scheduler = Scheduler::create(2);
    TorchRuntime runtime;

    explicit EngineBench(EngineSettings settings = {}) : runtime(onCpu(std::move(settings))) {}
    ~EngineBench()
    {
        scheduler->close();
        scheduler->drain(&runtime);
    }

    JobHandle<int> submit(std::function<Task<int>(EngineScope &)> body, const char *type = kScript.id,
                          JobOptions options = {})
    {
        return JobHandle<int>(
            scheduler->submit(type, std::any(Script{std::move(body), {}}), std::move(options), {}, {}));
    }
    bool turn() { return scheduler->turn(&runtime); }
    /// Until every job has ended, also those whose work is outside.
    void runAll()
    {
        while (scheduler->turn(&runtime) || anythingLeft())
            ;
    }

private:
    bool anythingLeft() const
    {
        for (const JobRecord &record : scheduler->records()) {
            if (record.state == JobState::Waiting || record.state == JobState::Running)
                return true;
        }
        return false;
    }
    static EngineSettings onCpu(EngineSettings settings)
    {
        settings.device = DeviceChoice::Cpu; // what is tested here must hold on every machine
        return settings;
    }
};

} // namespace orrery
