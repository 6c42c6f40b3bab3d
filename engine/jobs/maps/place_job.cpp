// SPDX-License-Identifier: Apache-2.0
// maps.place: new points on a map that stays as it is.
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/maps/stages.h"
#include "engine/maps/affinities.h"
#include "engine/maps/procrustes.h"
#include "engine/maps/tsne_placement.h"
#include "engine/runtime/memory.h"

#include <algorithm>

namespace orrery::maps {
namespace {

void check(const PlaceRequest &request)
{
    const auto bad = [](const std::string &what) { throw Exception(ErrorCode::BadInput, what); };
    if (!request.made.points || request.made.points->rows < 2 || request.made.points->columns < 1 || !request.map)
        bad("There is no map to place points on, expected at least 2 points and their positions");
    for (const NpyMatrix *table : {request.made.points.get(), &request.points})
        if (table->rows * table->columns != std::int64_t(table->values.size()))
            bad("A table of points does not hold as many numbers as it says");
    checkMap(*request.map, request.made.points->rows, "The map");
    if (request.points.columns != request.made.points->columns)
        bad("The new points have " + std::to_string(request.points.columns) + " columns, but those of the map have " +
            std::to_string(request.made.points->columns));
}

/// Old and new points as the metric sees them, shifted by one mean.
struct Both
{
    Points points, fresh;
    Frame frame;
};

Task<void> placePca(StepPacer &pace, const PlaceRequest &request, const Both &both, PlaceResult &result)
{
    Task<Pca> fitting = fitPca(pace, both.points, request.made.seed, {0, 1});
    const Pca pca = co_await std::move(fitting);
    for (std::int64_t i = 0; i < both.fresh.count; ++i)
        for (std::int64_t c = 0; c < kPlane; ++c) {
            double along = 0;
            for (std::int64_t d = 0; c < pca.components && d < both.fresh.dimensions; ++d)
                along += pca.directions[std::size_t(c * both.fresh.dimensions + d)] * double(both.fresh.row(i)[d]);
            result.positions.push_back(float(along));
        }
    const int exponent = both.frame.exponent;
    result.positions = inOwnUnits(std::move(result.positions), exponent);
    if (request.made.alignTo) // the map was laid on another, so these go the same way
        result.positions = alignmentOf(*request.map, inOwnUnits(planeOf(pca, both.points.count), exponent), false)
                               .applied(result.positions);
}

Task<void> placeTsne(StepPacer &pace, const PlaceRequest &request, const Both &both, PlaceResult &result)
{
    const std::int64_t k =
        std::min(both.points.count, neighboursFor(TsnePlacement::kPerplexity, both.points.count + 1));
    Task<Neighbours> finding = findNearestOf(pace, both.fresh, both.points, k, {0, 0.5});
    TsnePlacement placement(co_await std::move(finding), *request.map);
    Task<void> placing = finish(pace, placement, {0.5, 1}, "Placing the new points");
    co_await std::move(placing);
    result.positions = placement.positions();
}

Task<PlaceResult> place(EngineScope &scope, PlaceRequest request)
{
    check(request);
    StepPacer pace(scope);
    const std::size_t numbers = request.made.points->values.size() + request.points.values.size();
    const MemoryCharge charge(numbers * sizeof(float)); // of the copies that prepare makes
    Both both;
    Task<Points> old = prepare(pace, *request.made.points, request.made.metric, both.frame);
    both.points = co_await std::move(old);
    Task<Points> fresh = prepare(pace, request.points, request.made.metric, both.frame);
    both.fresh = co_await std::move(fresh);
    PlaceResult result;
    Task<void> placing;
    switch (request.made.method) {
    case Method::Pca:
        placing = placePca(pace, request, both, result);
        break;
    case Method::Tsne:
        placing = placeTsne(pace, request, both, result);
        break;
    case Method::Umap:
        placing = placeUmap(pace, request, both.points, both.fresh, result, {0, 1});
        break;
    }
    co_await std::move(placing);
    co_return result;
}

} // namespace

ORRERY_JOB(kPlace, place)

} // namespace orrery::maps
