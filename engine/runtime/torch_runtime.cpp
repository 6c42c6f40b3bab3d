// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/torch_runtime.h"

#include "engine/core/engine_library.h"
#include "engine/runtime/cuda_decision.h"
#include "engine/runtime/memory_ledger.h"

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sched.h>
#include <thread>
#include <utility>

#include <dlfcn.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace orrery {
namespace {

/// One a core, or what OMP_NUM_THREADS says: whoever runs several programs side by side shares the cores out by it.
int usualThreads()
{
    if (const char *told = std::getenv("OMP_NUM_THREADS"))
        if (const int number = std::atoi(told); number > 0)
            return number;
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof set, &set) == 0)
        return std::max(1, CPU_COUNT(&set));
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::string processorName()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("model name", 0) == 0) {
            const auto colon = line.find(": ");
            if (colon != std::string::npos)
                return line.substr(colon + 2);
        }
    }
    return "processor";
}

/// The library that a product of LibTorch ends up in. Looked up from this library, whose search order is LibTorch's
/// own.
std::string libraryOfSgemm()
{
    void *sgemm = ::dlsym(RTLD_DEFAULT, "sgemm_");
    Dl_info info{};
    if (!sgemm || !::dladdr(sgemm, &info) || !info.dli_fname)
        return {};
    return info.dli_fname;
}

/// A library built with -ffast-math switches denormal numbers off for the thread that loads it, and OpenMP's workers
/// would keep them: results would depend on who computed which part.
void keepDenormals()
{
#if defined(__SSE__)
    constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
    const unsigned state = _mm_getcsr();
    if (state & (kFlushToZero | kDenormalsAreZero))
        _mm_setcsr(state & ~(kFlushToZero | kDenormalsAreZero));
#endif
}

std::string firstLine(const std::string &text)
{
    return text.substr(0, text.find('\n'));
}

/// CUDA is decided once for the process, whatever a second runtime would like.
CudaDecision &cudaDecision(DeviceChoice choice)
{
    static CudaDecision &decision = *new CudaDecision(decideCuda(choice, libraryFolder()));
    return decision;
}

/// Charges one step to a job, also when the step throws.
class Paying
{
public:
    explicit Paying(MemoryAccount *account) : m_before(MemoryLedger::instance().setPayer(account)) {}
    ~Paying() { MemoryLedger::instance().setPayer(m_before); }
    Paying(const Paying &) = delete;
    Paying &operator=(const Paying &) = delete;

private:
    MemoryAccount *m_before;
};

} // namespace

TorchRuntime::TorchRuntime(const EngineSettings &settings) : m_settings(settings)
{
    // The order matters: the allocator before the first tensor, CUDA before the first call of ATen.
    MemoryLedger &ledger = MemoryLedger::instance();
    ledger.install();
    const std::uint64_t machine = machineMemoryBytes();
    ledger.setBudget(settings.memoryBudgetBytes ? settings.memoryBudgetBytes : machine / 4 * 3);

    CudaDecision &cuda = cudaDecision(settings.device);
    m_cuda = cuda.services.get();
    if (m_cuda) {
        m_device = at::Device(at::kCUDA, 0);
        m_cuda->makeCurrent();
        if (settings.memoryBudgetBytes)
            m_cuda->setBudget(settings.memoryBudgetBytes);
    }

    m_threads = settings.threads > 0 ? settings.threads : usualThreads();
    at::set_num_threads(m_threads);

    DeviceInfo cpu;
    cpu.kind = "cpu";
    cpu.name = processorName();
    cpu.memoryBytes = machine;
    cpu.active = !m_cuda;
    if (m_cuda)
        cpu.why = "Not used, because the graphics card is faster.";
    else if (settings.device == DeviceChoice::Cpu)
        cpu.why = "In use, because it was chosen.";
    else
        cpu.why = "In use, because no NVIDIA graphics card can be used.";
    m_info.devices = {cpu, cuda.device};
    m_info.threads = m_threads;
    m_info.torchVersion = TORCH_VERSION;
    m_info.blasLibrary = libraryOfSgemm();
}

TorchRuntime::~TorchRuntime()
{
    for (auto &[id, job] : m_jobs)
        job.account->release();
}

TorchRuntime::JobState &TorchRuntime::jobState(std::uint64_t jobId)
{
    JobState &job = m_jobs[jobId];
    if (!job.account)
        job.account = MemoryAccount::create();
    return job;
}

void TorchRuntime::runStep(std::uint64_t jobId, GradientMode mode, const std::function<void()> &resume)
{
    MemoryAccount *account = nullptr;
    bool loading = false;
    {
        const JobState &job = jobState(jobId);
        loading = job.loading != nullptr;
        account = loading ? job.loading : job.account;
    }
    const bool inference = mode == GradientMode::Inference && !loading;
    const bool gradient = mode == GradientMode::Gradient && !loading;

    if (at::get_num_threads() != m_threads)
        at::set_num_threads(m_threads); // a decomposition on one thread may have changed it
    keepDenormals();
    std::uint64_t deviceBefore = 0;
    if (m_cuda) {
        m_cuda->makeCurrent();
        m_cuda->resetPeak();
        deviceBefore = m_cuda->allocatedBytes();
    }

    {
        const Paying paying(account);
        const c10::InferenceMode inferenceGuard(inference);
        const c10::AutoGradMode gradientGuard(gradient);
        resume();
        if (c10::InferenceMode::is_enabled() != inference || c10::GradMode::is_enabled() != gradient)
            throw Exception(ErrorCode::Internal, "A part of Orrery kept its computing mode while it was waiting",
                            "a thread-local guard (inference or gradient mode) lives across co_await scope.step()");
    }

    if (m_cuda) {
        JobState &job = jobState(jobId); // the map may have grown
        const auto peak = static_cast<std::int64_t>(m_cuda->peakBytes() - deviceBefore);
        const auto change =
            static_cast<std::int64_t>(m_cuda->allocatedBytes()) - static_cast<std::int64_t>(deviceBefore);
        job.devicePeak = std::max(job.devicePeak, job.deviceBytes + peak);
        job.deviceBytes += change;
    }
}

Error TorchRuntime::translate(std::exception_ptr exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (const c10::OutOfMemoryError &e) {
        std::string message = "The graphics card has no memory left for this";
        if (m_cuda)
            message +=
                ": " + readableBytes(m_cuda->freeBytes()) + " of " + readableBytes(m_cuda->totalBytes()) + " is free";
        return Error{ErrorCode::OutOfMemory, message, firstLine(e.what_without_backtrace())};
    } catch (const c10::Error &e) {
        return Error{ErrorCode::Internal, "A computation failed: " + firstLine(e.what_without_backtrace()),
                     "c10::Error"};
    } catch (...) {
        return describe(std::current_exception());
    }
}

std::uint64_t TorchRuntime::evict()
{
    const std::uint64_t freed = m_models.evict();
    if (m_cuda)
        m_cuda->emptyCache();
    return freed;
}

std::uint64_t TorchRuntime::finishJob(std::uint64_t jobId)
{
    const auto found = m_jobs.find(jobId);
    if (found == m_jobs.end())
        return 0;
    const std::int64_t host = found->second.account->peak.load();
    const std::int64_t device = found->second.devicePeak;
    found->second.account->release();
    m_jobs.erase(found);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(host + device, 0));
}

void TorchRuntime::loadJobs(const std::string &libraryPath)
{
    // RTLD_LOCAL: two plugins may define the same names; the library finds the engine and LibTorch, which are loaded,
    // through its own dependencies. RTLD_NOW: a missing symbol is an error here, not a crash in the middle of a job.
    // RTLD_NODELETE: the registry and running jobs keep pointers into it.
    if (!::dlopen(libraryPath.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE))
        throw Exception(ErrorCode::ModelFile, std::string("A plugin's work could not be loaded: ") + ::dlerror(),
                        libraryPath);
}

RuntimeInfo TorchRuntime::info()
{
    const MemoryLedger &ledger = MemoryLedger::instance();
    m_info.memoryBudgetBytes = ledger.budget();
    m_info.memoryUsedBytes = ledger.used();
    if (m_cuda)
        m_info.memoryUsedBytes += m_cuda->allocatedBytes();
    return m_info;
}

MemoryAccount *TorchRuntime::beginLoading(std::uint64_t jobId, MemoryAccount *model)
{
    JobState &job = jobState(jobId);
    model->reference();
    model->loader.store(job.account);
    return std::exchange(job.loading, model);
}

void TorchRuntime::endLoading(std::uint64_t jobId, MemoryAccount *before)
{
    JobState &job = jobState(jobId);
    MemoryAccount *ended = std::exchange(job.loading, before);
    if (!ended)
        return;
    // The model's bytes are its own from here on, no longer the job's.
    ended->loader.store(nullptr);
    job.account->add(-ended->bytes.load());
    MemoryLedger &ledger = MemoryLedger::instance();
    if (ledger.payer() == ended)
        ledger.setPayer(before ? before : job.account); // the rest of this step
    ended->release();
}

TorchRuntime &torchRuntime(EngineScope &scope)
{
    auto *runtime = dynamic_cast<TorchRuntime *>(&scope.runtime());
    if (!runtime)
        throw Exception(ErrorCode::Internal, "This work needs LibTorch, which this engine does not have");
    return *runtime;
}

at::Device deviceOf(EngineScope &scope)
{
    return torchRuntime(scope).device();
}

} // namespace orrery

extern "C" orrery::Runtime *orreryCreateRuntime(const orrery::EngineSettings &settings)
{
    return new orrery::TorchRuntime(settings);
}
