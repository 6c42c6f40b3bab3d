// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/bfloat16.h"

namespace orrery {

bool cpuMultipliesBfloat16()
{
    static const bool hasIt = __builtin_cpu_supports("avx512bf16");
    return hasIt;
}

} // namespace orrery
