// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/job_registry.h"
#include "engine/core/runtime.h"

namespace orrery::test {

/// A runtime that does what the engine thread asks, without LibTorch. Tests override what they watch.
class PlainRuntime : public Runtime
{
public:
    void runStep(std::uint64_t, GradientMode, const std::function<void()> &resume) override { resume(); }
    Error translate(std::exception_ptr exception) override { return describe(exception); }
    std::uint64_t evict() override { return 0; }
    std::uint64_t finishJob(std::uint64_t) override { return 0; }
    void loadJobs(const std::string &) override {}
    RuntimeInfo info() override { return {}; }
};

} // namespace orrery::test
