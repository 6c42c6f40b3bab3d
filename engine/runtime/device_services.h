// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace orrery {

/// What the runtime needs of a device, without naming a CUDA symbol. Implemented by engine/cuda (liborrery_cuda.so).
/// Thread: engine.
class DeviceServices
{
public:
    virtual ~DeviceServices() = default;

    virtual int deviceCount() = 0;
    virtual void makeCurrent() = 0; ///< device 0, for the calling thread
    virtual void synchronize() = 0;
    virtual void emptyCache() = 0; ///< gives blocks that nobody uses back to the driver

    virtual std::uint64_t totalBytes() = 0;
    virtual std::uint64_t freeBytes() = 0;      ///< that an allocation could still get: the driver's and the cache's
    virtual std::uint64_t allocatedBytes() = 0; ///< held by tensors
    virtual std::uint64_t peakBytes() = 0;      ///< largest allocatedBytes since resetPeak
    virtual void resetPeak() = 0;
    virtual void setBudget(std::uint64_t bytes) = 0; ///< allocations beyond it throw c10::OutOfMemoryError
};

/// Exported by liborrery_cuda.so as `orreryCreateDeviceServices`. Throws when CUDA cannot be initialised.
using CreateDeviceServices = DeviceServices *(*)();

} // namespace orrery
