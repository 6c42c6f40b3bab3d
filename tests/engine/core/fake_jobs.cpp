// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/core/fake_runtime.h"

namespace orrery {
namespace {

Task<int> runScript(EngineScope &scope, Script script)
{
    Task<int> inner = script.body(scope);
    const int result = co_await std::move(inner);
    co_return result;
}

Task<int> runGreedy(EngineScope &scope, Script script)
{
    const std::vector<int> taken = std::move(script.payload);
    Task<int> inner = script.body(scope);
    co_await std::move(inner);
    co_return static_cast<int>(taken.size());
}

} // namespace
} // namespace orrery

using namespace orrery;
ORRERY_JOB(kScript, runScript)
ORRERY_JOB(kGradientScript, runScript, GradientMode::Gradient)
ORRERY_JOB(kGreedy, runGreedy)
