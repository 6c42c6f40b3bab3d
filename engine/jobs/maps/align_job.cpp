// SPDX-License-Identifier: Apache-2.0
// maps.align: lays one map on another of the same points.
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/maps/stages.h"
#include "engine/maps/procrustes.h"

namespace orrery::maps {
namespace {

Task<AlignResult> align(EngineScope &scope, AlignRequest request)
{
    if (!request.reference || !request.map || request.map->empty() || request.map->size() % kPlane != 0)
        throw Exception(ErrorCode::BadInput, "There is no map to align, expected two coordinates for every point");
    const auto count = std::int64_t(request.map->size()) / kPlane;
    checkMap(*request.map, count, "The map to align");
    checkMap(*request.reference, count, "The map to align to");
    co_await scope.step();
    const Alignment found = alignmentOf(*request.reference, *request.map, request.scale);
    co_return AlignResult{found.applied(*request.map), found.disparity};
}

} // namespace

ORRERY_JOB(kAlign, align)

} // namespace orrery::maps
