// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/maps/stages.h"
#include "engine/maps/fuzzy_set.h"
#include "engine/maps/placement.h"
#include "engine/maps/umap.h"

#include <algorithm>

namespace orrery::maps {

Task<void> placeUmap(StepPacer &pace, const PlaceRequest &request, const Points &points, const Points &fresh,
                     PlaceResult &result, Share share)
{
    constexpr std::int64_t kManyPoints = 10'000, kFewIterations = 30, kUsualIterations = 100;
    const EmbedRequest &made = request.made;
    checkUmap(made);
    if (fresh.count == 0)
        co_return; // dropUnlikely looks for the largest connection
    const std::int64_t k = std::min(made.neighbours > 0 ? made.neighbours : kUmapNeighbours, points.count);
    Task<Neighbours> finding = findNearestOf(pace, fresh, points, k, {share.from, share.at(0.6)});
    PlacementFit fit(co_await std::move(finding), made.metric);
    while (!fit.done()) {
        fit.step();
        if (pace.due())
            co_await pace.step();
    }
    SymmetricRows connections = fit.take();
    OptimiserState start;
    start.positions = placesAmong(connections, *request.map);

    UmapSettings settings;
    settings.curve = fitCurve(made.minDistance, made.spread);
    settings.iterations = made.iterations >= 0         ? made.iterations / 3
                          : fresh.count <= kManyPoints ? kUsualIterations
                                                       : kFewIterations;
    settings.negatives = made.negatives;
    settings.seed = made.seed;
    settings.firstStep = 0.25;
    settings.anchors = request.map.get();
    dropUnlikely(connections, settings.iterations);
    UmapOptimiser optimiser(connections, std::move(start), settings);
    while (optimiser.iteration() < settings.iterations || !optimiser.betweenIterations()) {
        optimiser.step();
        pace.scope().progress(share.at(0.6 + 0.4 * double(optimiser.iteration()) / double(settings.iterations)),
                              "Placing the new points");
        if (pace.due())
            co_await pace.step();
    }
    result.positions = optimiser.state().positions;
}

} // namespace orrery::maps
