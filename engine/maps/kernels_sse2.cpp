// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/kernels_body.h"

namespace orrery::maps::detail {

const Kernels &kernelsSse2()
{
    static constexpr Kernels table{"sse2", appendNear, squaredDistance};
    return table;
}

} // namespace orrery::maps::detail
