// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/fft_body.h"
#include "engine/maps/kernels_body.h"
#include "engine/maps/layout_body.h"
#include "engine/maps/spectral_body.h"
#include "engine/maps/umap_body.h"

namespace orrery::maps::detail {

const Kernels &kernelsSse2()
{
    static constexpr Kernels table{"sse2",     kLanes,      appendNear, squaredDistance, attract, repelAll,
                                   moveSlices, averageRows, transform,  spread,          gather};
    return table;
}

} // namespace orrery::maps::detail
