// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/runtime.h"
#include "engine/runtime/device_services.h"

#include <memory>
#include <string>

namespace orrery {

/// What the NVIDIA driver says, asked without LibTorch and without the CUDA runtime.
struct CudaProbe
{
    bool usable = false;
    std::string why; ///< one sentence, also when usable
    std::string name;
    std::uint64_t memoryBytes = 0;
};

/// Asks libcuda.so.1: is there a driver, does it start, which device is the first. Makes no context, calls no ATen.
CudaProbe probeCudaDriver();

struct CudaDecision
{
    DeviceInfo device;                        ///< kind "cuda"; `active` and `why` say what was decided
    std::unique_ptr<DeviceServices> services; ///< set when CUDA is used
};

/// Decides whether this process uses CUDA, and if so loads liborrery_cuda.so, which brings torch_cuda. Must run before
/// the first ATen call: ATen caches its CUDA hooks for ever. @param libraryFolder  where liborrery_cuda.so lies
CudaDecision decideCuda(DeviceChoice choice, const std::string &libraryFolder);

} // namespace orrery
