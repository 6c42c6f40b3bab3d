// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/device_services.h"

#include <ATen/Context.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/util/Exception.h>

#include <cuda_runtime_api.h>

#include <algorithm>

namespace orrery {
namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;

constexpr c10::DeviceIndex kDevice = 0;
constexpr auto kAll = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);

/// Everything the engine asks of CUDA. Only the first device is used.
class CudaServices final : public DeviceServices
{
public:
    CudaServices()
    {
        if (c10::cuda::device_count() == 0)
            return;
        // The caching allocator has no statistics before LibTorch's CUDA state exists.
        at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
        makeCurrent();
    }

    int deviceCount() override { return c10::cuda::device_count(); }
    void makeCurrent() override { c10::cuda::set_device(kDevice); }
    void synchronize() override { c10::cuda::device_synchronize(); }
    void emptyCache() override { allocator::emptyCache(); }

    std::uint64_t totalBytes() override { return memory().total; }
    std::uint64_t freeBytes() override
    {
        const auto stats = allocator::getDeviceStats(kDevice);
        const std::int64_t cached = stats.reserved_bytes[kAll].current - stats.allocated_bytes[kAll].current;
        return memory().free + static_cast<std::uint64_t>(std::max<std::int64_t>(cached, 0));
    }
    std::uint64_t allocatedBytes() override
    {
        return static_cast<std::uint64_t>(allocator::getDeviceStats(kDevice).allocated_bytes[kAll].current);
    }
    std::uint64_t peakBytes() override
    {
        return static_cast<std::uint64_t>(allocator::getDeviceStats(kDevice).allocated_bytes[kAll].peak);
    }
    void resetPeak() override { allocator::resetPeakStats(kDevice); }
    void setBudget(std::uint64_t bytes) override
    {
        const double fraction =
            static_cast<double>(bytes) / static_cast<double>(std::max<std::size_t>(totalBytes(), 1));
        allocator::setMemoryFraction(std::clamp(fraction, 0.0, 1.0), kDevice);
    }

private:
    struct Memory
    {
        std::size_t free = 0, total = 0;
    };
    static Memory memory()
    {
        Memory memory;
        const cudaError_t status = cudaMemGetInfo(&memory.free, &memory.total);
        TORCH_CHECK(status == cudaSuccess, "cudaMemGetInfo failed: ", cudaGetErrorString(status));
        return memory;
    }
};

} // namespace
} // namespace orrery

extern "C" orrery::DeviceServices *orreryCreateDeviceServices()
{
    return new orrery::CudaServices;
}
