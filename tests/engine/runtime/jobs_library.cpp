// SPDX-License-Identifier: Apache-2.0
// The smallest library of jobs, as a plugin would bring it.
#include "engine/core/job_registry.h"

#include <ATen/Functions.h>

namespace {

constexpr orrery::JobType<int, int> kFromLibrary{"test.from-library"};

orrery::Task<int> addOne(orrery::EngineScope &scope, int number)
{
    const at::Tensor tensor = at::full({1}, number);
    co_await scope.step();
    co_return static_cast<int>(tensor.add(1).item<float>());
}

} // namespace

ORRERY_JOB(kFromLibrary, addOne)
