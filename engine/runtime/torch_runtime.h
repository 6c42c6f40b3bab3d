// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/runtime.h"
#include "engine/runtime/model_cache.h"

#include <c10/core/Device.h>

#include <string>
#include <unordered_map>

namespace orrery {

class DeviceServices;
struct MemoryAccount;

/// LibTorch, as the scheduler sees it. One for the process, for ever: ATen and its allocator cannot be started twice.
/// Thread: engine.
class TorchRuntime : public Runtime
{
public:
    explicit TorchRuntime(const EngineSettings &settings);
    ~TorchRuntime() override;

    void runStep(std::uint64_t jobId, GradientMode mode, const std::function<void()> &resume) override;
    Error translate(std::exception_ptr exception) override;
    std::uint64_t evict() override;
    std::uint64_t finishJob(std::uint64_t jobId) override;
    void loadJobs(const std::string &libraryPath) override;
    RuntimeInfo info() override;

    const EngineSettings &settings() const { return m_settings; }
    at::Device device() const { return m_device; }
    int threads() const { return m_threads; }
    ModelCache &models() { return m_models; }

    /// From the job's next step on: outside inference mode, no graph, and allocations charged to `model` as well.
    /// Loaders may load what their model needs: the account that was charged before is returned, and goes on when this
    /// one ends. Used by ModelCache.
    MemoryAccount *beginLoading(std::uint64_t jobId, MemoryAccount *model);
    /// @param before  what beginLoading() returned
    void endLoading(std::uint64_t jobId, MemoryAccount *before);

private:
    struct JobState
    {
        MemoryAccount *account = nullptr;
        MemoryAccount *loading = nullptr;
        std::int64_t deviceBytes = 0;
        std::int64_t devicePeak = 0;
    };
    JobState &jobState(std::uint64_t jobId);

    EngineSettings m_settings;
    at::Device m_device = at::kCPU;
    int m_threads = 1;
    RuntimeInfo m_info;
    DeviceServices *m_cuda = nullptr; ///< null on the CPU
    std::unordered_map<std::uint64_t, JobState> m_jobs;
    ModelCache m_models;
};

/// The runtime of a job's engine, with what jobs need of it. @throws Exception{Internal} under another runtime.
TorchRuntime &torchRuntime(EngineScope &scope);

/// Where this engine computes: tensors of models and inputs live there.
at::Device deviceOf(EngineScope &scope);

} // namespace orrery
