// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/error.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

namespace orrery {

enum class DeviceChoice
{
    Auto,
    Cpu,
    Cuda,
};

/// How the engine is to be started; fixed for the life of the process because ATen caches its CUDA hooks for ever.
struct EngineSettings
{
    DeviceChoice device = DeviceChoice::Auto;
    int threads = 0;                     ///< ATen threads; 0: as many as the machine has cores
    std::uint64_t memoryBudgetBytes = 0; ///< 0: three quarters of the machine's memory
    std::string modelFolder;             ///< built-in models (`resources/models`); empty: found beside the program
    std::vector<std::string> userModelFolders; ///< where installed models lie
};

struct DeviceInfo
{
    std::string kind; ///< "cpu" or "cuda"
    std::string name; ///< "AMD EPYC", "NVIDIA H200"
    bool active = false;
    std::string why; ///< one sentence: why it is, or is not, in use
    std::uint64_t memoryBytes = 0;
};

struct RuntimeInfo
{
    std::vector<DeviceInfo> devices;
    int threads = 1;
    std::string torchVersion;
    std::string blasLibrary; ///< path of the library whose `sgemm_` is in use
    std::uint64_t memoryBudgetBytes = 0;
    std::uint64_t memoryUsedBytes = 0;
};

enum class GradientMode
{
    Inference, ///< default: no graph is recorded
    Gradient,  ///< training, relevance maps, CLIP guidance
};

/// The face of LibTorch towards the scheduler. Implemented by `engine/runtime` (liborrery_engine.so, loaded with dlopen
/// by the engine thread after the window is on screen) and by plain fakes in the scheduler's tests.
/// Thread: engine, all of it.
class Runtime
{
public:
    virtual ~Runtime() = default;

    /// Runs one step: sets gradient mode, thread count and device, charges allocations to `jobId`, calls `resume`.
    virtual void runStep(std::uint64_t jobId, GradientMode mode, const std::function<void()> &resume) = 0;

    /// Turns any exception into an Error; the single boundary calls it.
    virtual Error translate(std::exception_ptr exception) = 0;

    /// Frees cached models, least recently used first. @return bytes freed; 0: nothing was left to free.
    virtual std::uint64_t evict() = 0;

    /// Largest number of bytes that were charged to the job at one time; forgets the job.
    virtual std::uint64_t finishJob(std::uint64_t jobId) = 0;

    /// Loads a library of jobs (a plugin's); its ORRERY_JOB lines register themselves.
    /// @throws Exception{ModelFile} with the loader's sentence.
    virtual void loadJobs(const std::string &libraryPath) = 0;

    virtual RuntimeInfo info() = 0;
};

/// Exported by liborrery_engine.so as `orreryCreateRuntime`. Throws on failure.
using CreateRuntime = Runtime *(*)(const EngineSettings &settings);

} // namespace orrery
