// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/runtime.h"

#include <any>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// What the engine knows of a kind of job: its body, and whether it needs gradients.
struct JobDefinition
{
    std::string id;
    GradientMode mode = GradientMode::Inference;
    std::function<Task<std::any>(EngineScope &, std::any)> body;
};

/// All kinds of jobs of this process. Libraries fill it when they are loaded. Thread: any.
class JobRegistry
{
public:
    static JobRegistry &instance();
    /// Replaces a definition of the same id, so that a plugin's jobs can be loaded again.
    void add(JobDefinition definition);
    /// @return null when no library that is loaded defines it.
    const JobDefinition *find(std::string_view id) const;
    std::vector<std::string> ids() const;
};

/// Registers `Task<Result> body(EngineScope &, Request)` for a JobType.
template <class Request, class Result>
bool registerJob(const JobType<Request, Result> &type, Task<Result> (*body)(EngineScope &, Request),
                 GradientMode mode = GradientMode::Inference)
{
    JobRegistry::instance().add({type.id, mode, [body](EngineScope &scope, std::any request) -> Task<std::any> {
                                     // Named: GCC 12 destroys temporaries of a co_await expression twice.
                                     Request typed = std::any_cast<Request>(std::move(request));
                                     Task<Result> inner = body(scope, std::move(typed));
                                     Result result = co_await std::move(inner);
                                     co_return std::any(std::move(result));
                                 }});
    return true;
}

} // namespace orrery

/// At namespace scope in a .cpp: `ORRERY_JOB(kClassify, classify)`.
#define ORRERY_JOB(type, ...)                                                                                          \
    namespace {                                                                                                        \
    [[maybe_unused]] const bool registered_##type = ::orrery::registerJob(type, __VA_ARGS__);                          \
    }
