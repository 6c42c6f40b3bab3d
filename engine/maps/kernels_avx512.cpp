// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/kernels_body.h"

namespace orrery::maps::detail {

const Kernels &kernelsAvx512()
{
    static constexpr Kernels table{"avx512", appendNear, squaredDistance};
    return table;
}

} // namespace orrery::maps::detail
