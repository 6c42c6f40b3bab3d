// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/cuda_decision.h"

#include <dlfcn.h>
#include <unistd.h>

namespace orrery {
namespace {

// The driver's interface, as far as it is used here; its types are plain integers (CUDA Driver API, 5.2 to 5.5).
using CuInit = int (*)(unsigned flags);
using CuDeviceGetCount = int (*)(int *count);
using CuDeviceGet = int (*)(int *device, int ordinal);
using CuDeviceGetName = int (*)(char *name, int length, int device);
using CuDeviceTotalMem = int (*)(std::size_t *bytes, int device);

template <class Function>
Function symbol(void *library, const char *name)
{
    return reinterpret_cast<Function>(::dlsym(library, name));
}

} // namespace

CudaProbe probeCudaDriver()
{
    CudaProbe probe;
    // Never closed: a driver that has been initialised cannot be unloaded safely.
    void *driver = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!driver) {
        probe.why = "No NVIDIA driver was found on this machine.";
        return probe;
    }
    const auto init = symbol<CuInit>(driver, "cuInit");
    const auto getCount = symbol<CuDeviceGetCount>(driver, "cuDeviceGetCount");
    if (!init || !getCount) {
        probe.why = "The NVIDIA driver on this machine is damaged: libcuda.so.1 lacks its functions.";
        return probe;
    }
    if (const int status = init(0); status != 0) {
        probe.why = "The NVIDIA driver does not start (CUDA error " + std::to_string(status) +
                    "); its kernel module may be missing or of another version.";
        return probe;
    }
    int count = 0;
    if (getCount(&count) != 0 || count == 0) {
        probe.why = "The NVIDIA driver found no graphics card.";
        return probe;
    }
    const auto get = symbol<CuDeviceGet>(driver, "cuDeviceGet");
    const auto getName = symbol<CuDeviceGetName>(driver, "cuDeviceGetName");
    const auto totalMem = symbol<CuDeviceTotalMem>(driver, "cuDeviceTotalMem_v2");
    int device = 0;
    if (get && get(&device, 0) == 0) {
        char name[256] = {};
        if (getName && getName(name, sizeof name - 1, device) == 0)
            probe.name = name;
        std::size_t bytes = 0;
        if (totalMem && totalMem(&bytes, device) == 0)
            probe.memoryBytes = bytes;
    }
    probe.usable = true;
    probe.why = "The NVIDIA driver is ready.";
    return probe;
}

CudaDecision decideCuda(DeviceChoice choice, const std::string &libraryFolder)
{
    CudaDecision decision;
    DeviceInfo &device = decision.device;
    device.kind = "cuda";
    if (choice == DeviceChoice::Cpu) {
        device.why = "Not used, because the processor was chosen.";
        return decision;
    }
    const CudaProbe probe = probeCudaDriver();
    device.name = probe.name;
    device.memoryBytes = probe.memoryBytes;
    device.why = probe.why;
    if (!probe.usable)
        return decision;

    const std::string path = libraryFolder + "/liborrery_cuda.so";
    if (::access(path.c_str(), R_OK) != 0) {
        device.why = "This copy of Orrery was built without CUDA; packaging/run.sh --cuda adds it.";
        return decision;
    }
    // RTLD_GLOBAL is not needed: torch_cuda registers itself with the torch_cpu that is loaded.
    void *library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library) {
        device.why = std::string("CUDA's libraries are incomplete; packaging/run.sh --cuda adds them: ") + ::dlerror();
        return decision;
    }
    const auto create = symbol<CreateDeviceServices>(library, "orreryCreateDeviceServices");
    if (!create) {
        device.why = "liborrery_cuda.so belongs to another version of Orrery.";
        return decision;
    }
    try {
        decision.services.reset(create());
        if (decision.services && decision.services->deviceCount() > 0) {
            device.active = true;
            device.why = choice == DeviceChoice::Cuda ? "In use, because it was chosen."
                                                      : "In use, because this machine has an NVIDIA graphics card.";
        } else {
            decision.services.reset();
            device.why = "LibTorch's CUDA part found no graphics card that it can use.";
        }
    } catch (const std::exception &e) {
        decision.services.reset();
        const std::string what = e.what();
        device.why = "CUDA did not start: " + what.substr(0, what.find('\n'));
    }
    return decision;
}

} // namespace orrery
