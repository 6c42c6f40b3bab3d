// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/maps/stages.h"
#include "engine/maps/component_places.h"
#include "engine/maps/spectral.h"

#include <cmath>

namespace orrery::maps {
namespace {

Task<std::vector<float>> smoothest(StepPacer &pace, const SymmetricRows &graph, Share share)
{
    SmoothestVectors fit(graph);
    Task<void> fitting = finish(pace, fit, share, "Laying out the neighbour graph");
    co_await std::move(fitting);
    co_return fit.vectors();
}

/// Of the members of a part alone.
Task<std::vector<float>> partly(StepPacer &pace, const SymmetricRows &graph, const std::vector<std::int32_t> &members,
                                const std::vector<std::int32_t> &ranks, Share share)
{
    PartCopy copy(graph, members, ranks);
    while (!copy.done()) {
        copy.step();
        if (pace.due())
            co_await pace.step();
    }
    const SymmetricRows own = copy.take();
    Task<std::vector<float>> laying = smoothest(pace, own, share);
    co_return co_await std::move(laying);
}

/// Half the way to the nearest other is every part's own.
Task<std::vector<float>> nearestCentres(StepPacer &pace, const std::vector<float> &centres, Share share)
{
    const Points points{std::int64_t(centres.size()) / kPlane, kPlane, centres};
    NeighbourSearch search(points, 1);
    Task<void> searching = finish(pace, search, share, "Laying out the neighbour graph");
    co_await std::move(searching);
    const Neighbours nearest = search.take();
    std::vector<float> distances(nearest.squaredDistance.begin(), nearest.squaredDistance.end());
    for (float &distance : distances)
        distance = std::sqrt(distance);
    co_return distances;
}

} // namespace

Task<std::vector<float>> spectralStart(StepPacer &pace, const SymmetricRows &graph, const Points &points,
                                       std::uint64_t seed, Share share, EmbedResult &result)
{
    constexpr std::size_t kSmallestOwn = 8; // points of a part that gets a layout of its own
    ComponentSearch components(graph);
    while (!components.done()) {
        components.step();
        if (pace.due())
            co_await pace.step();
    }
    if (components.count() == 1) {
        Task<std::vector<float>> laying = smoothest(pace, graph, share);
        co_return co_await std::move(laying);
    }
    result.notes.push_back("The neighbour graph falls into " + std::to_string(components.count()) +
                           " parts: each started from its own layout, and where the principal components place it. "
                           "The distances between them say little; more neighbours may join them");
    Task<Pca> fitting = fitPca(pace, points, seed, {share.from, share.from});
    const Pca pca = co_await std::move(fitting);
    const std::vector<float> plane = planeOf(pca, points.count);
    ComponentPlaces places(plane, components.labels(), components.count());
    Task<std::vector<float>> measuring = nearestCentres(pace, places.centres(), {share.from, share.from});
    places.setNearest(co_await std::move(measuring));
    std::vector<std::int32_t> ranks(std::size_t(points.count));
    for (std::int64_t part = 0; part < components.count(); ++part)
        for (std::size_t i = 0; i < places.members(part).size(); ++i)
            ranks[std::size_t(places.members(part)[i])] = std::int32_t(i);
    for (std::int64_t part = 0; part < components.count(); ++part) {
        const double from = double(part) / double(components.count()),
                     to = double(part + 1) / double(components.count());
        if (places.members(part).size() < kSmallestOwn) {
            places.placeAsOnPlane(part);
        } else {
            Task<std::vector<float>> laying =
                partly(pace, graph, places.members(part), ranks, {share.at(from), share.at(to)});
            places.place(part, co_await std::move(laying));
        }
        if (pace.due())
            co_await pace.step();
    }
    co_return places.take();
}

} // namespace orrery::maps
