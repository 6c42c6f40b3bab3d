// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/maps/stages.h"

#include "engine/core/error.h"
#include "engine/maps/approximate_neighbours.h"
#include "engine/maps/neighbour_recall.h"
#include "engine/maps/procrustes.h"
#include "engine/runtime/memory.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace orrery::maps {

void checkMap(const std::vector<float> &map, std::int64_t count, const std::string &what)
{
    if (std::int64_t(map.size()) != count * kPlane)
        throw Exception(ErrorCode::BadInput, what + " holds " + std::to_string(map.size() / kPlane) +
                                                 " points, expected " + std::to_string(count));
    const auto at = std::find_if(map.begin(), map.end(), [](float x) { return !std::isfinite(x); });
    if (at != map.end())
        throw Exception(ErrorCode::BadInput, what + " holds a value that is not finite, in row " +
                                                 std::to_string((at - map.begin()) / kPlane) + " (counted from 0)");
}

std::vector<float> aligned(const EmbedRequest &request, const std::vector<float> &positions)
{
    return request.alignTo ? alignmentOf(*request.alignTo, positions, false).applied(positions) : positions;
}

std::string shortest(double number)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

Task<Points> prepare(StepPacer &pace, const NpyMatrix &given, Metric metric, Frame &frame)
{
    Preparation preparation(given.values.data(), given.rows, given.columns, metric == Metric::Cosine, frame);
    Task<void> preparing = finish(pace, preparation, {0, 0}, "Looking at the points");
    co_await std::move(preparing);
    frame = preparation.frame();
    co_return preparation.take();
}

Task<Pca> fitPca(StepPacer &pace, const Points &points, std::uint64_t seed, Share share)
{
    PcaFit fit(points, std::min(kPlane, points.dimensions), seed);
    while (!fit.done()) {
        fit.step();
        pace.scope().progress(share.at(fit.fraction()), "Finding the widest directions");
        if (pace.due())
            co_await pace.step();
    }
    co_return fit.take();
}

std::vector<float> planeOf(const Pca &pca, std::int64_t count)
{
    if (pca.components == kPlane)
        return pca.projections;
    std::vector<float> plane(std::size_t(count * kPlane), 0.0F);
    for (std::int64_t i = 0; i < count; ++i)
        plane[std::size_t(i * kPlane)] = pca.projections[std::size_t(i)];
    return plane;
}

namespace {

/// Up to so many points the exact search is as fast (measured with 50 dimensions: 15 neighbours pay from 16,000 points,
/// 90 from 24,000).
constexpr std::int64_t kExactUpTo = 20'000;

bool exact(Search asked, std::int64_t count)
{
    return count < ApproximateSearch::kFewest || asked == Search::Exact ||
           (asked == Search::Automatic && count <= kExactUpTo);
}

} // namespace

Task<Neighbours> findNeighbours(StepPacer &pace, const EmbedRequest &request, const Points &points, std::int64_t k,
                                Share share, EmbedResult &result)
{
    constexpr const char *kMessage = "Finding nearest neighbours";
    const Stopwatch watch;
    {
        // Once they are found, neighbours, their weights, both turned around and the rows these make are there together
        // (neighbour_union.h). Where that cannot be, nobody should wait for the search to hear it.
        constexpr std::uint64_t kTables = 6;
        const MemoryCharge least(kTables * std::uint64_t(points.count * k) * sizeof(float));
    }
    Neighbours found;
    if (exact(request.search, points.count)) {
        NeighbourSearch search(points, k);
        Task<void> searching = finish(pace, search, share, kMessage);
        co_await std::move(searching);
        found = search.take();
    } else {
        {
            ApproximateSearch search(points, k, request.seed);
            Task<void> searching = finish(pace, search, share, kMessage);
            co_await std::move(searching);
            found = search.take();
        }
        RecallEstimate estimate(points, found, request.seed);
        Task<void> estimating = finish(pace, estimate, {share.to, share.to}, kMessage);
        co_await std::move(estimating);
        result.neighbourRecall = estimate.recall();
        char percent[16];
        std::snprintf(percent, sizeof percent, "%.1f %%", 100 * *result.neighbourRecall);
        result.notes.push_back("The nearest neighbours are approximate: about " + std::string(percent) +
                               " of them were found, as " + std::to_string(RecallEstimate::kRows) +
                               " points drawn by the seed say");
    }
    result.neighbourSeconds = watch.seconds();
    co_return found;
}

Task<Neighbours> findNearestOf(StepPacer &pace, const Points &asked, const Points &points, std::int64_t k, Share share)
{
    NeighbourSearch search(asked, points, k);
    Task<void> searching = finish(pace, search, share, "Finding the nearest points of the map");
    co_await std::move(searching);
    co_return search.take();
}

bool Stream::due() const
{
    constexpr double kShowEvery = 0.1, kMorePerPoint = 1e-6; // seconds: a million pairs take a while to copy
    return m_shown.seconds() >= kShowEvery + kMorePerPoint * double(m_request.points->rows);
}

void Stream::show(std::int64_t iteration, std::int64_t iterations, const std::vector<float> &positions)
{
    if (!due())
        return;
    m_shown = Stopwatch();
    m_pace.scope().progress(m_share.at(double(iteration) / double(iterations)),
                            "Iteration " + std::to_string(iteration) + " of " + std::to_string(iterations),
                            EmbedPartial{iteration, aligned(m_request, positions)});
}

} // namespace orrery::maps
