// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/kernels.h"

#include <cstring>

namespace orrery::maps {

const Kernels *kernelsNamed(const char *name)
{
    __builtin_cpu_init();
    if (std::strcmp(name, "avx512") == 0)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
                   ? &detail::kernelsAvx512()
                   : nullptr;
    if (std::strcmp(name, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &detail::kernelsAvx2() : nullptr;
    return std::strcmp(name, "sse2") == 0 ? &detail::kernelsSse2() : nullptr;
}

const Kernels &kernels()
{
    static const Kernels &best = [] {
        for (const char *name : {"avx512", "avx2"})
            if (const Kernels *found = kernelsNamed(name))
                return *found;
        return detail::kernelsSse2();
    }();
    return best;
}

} // namespace orrery::maps
