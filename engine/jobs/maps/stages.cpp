// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/maps/stages.h"

#include "engine/core/error.h"

#include <algorithm>
#include <charconv>

namespace orrery::maps {

std::string shortest(double number)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

Points prepared(const NpyMatrix &given, Metric metric)
{
    if (metric == Metric::Euclidean)
        return centred(given.values.data(), given.rows, given.columns);
    Points points{given.rows, given.columns, given.values};
    normaliseRows(points);
    for (std::int64_t i = 0; i < points.count; ++i)
        if (std::all_of(points.row(i), points.row(i) + points.dimensions, [](float x) { return x == 0; }))
            throw Exception(ErrorCode::BadInput,
                            "Row " + std::to_string(i) +
                                " (counted from 0) is zero everywhere, so it has no direction; the "
                                "cosine needs one, the euclidean metric does not");
    return centred(points.values.data(), points.count, points.dimensions);
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

Task<Neighbours> findNeighbours(StepPacer &pace, const EmbedRequest &, const Points &points, std::int64_t k,
                                Share share, EmbedResult &result)
{
    const Stopwatch watch;
    NeighbourSearch search(points, k);
    while (!search.done()) {
        search.step();
        pace.scope().progress(share.at(search.fraction()), "Finding nearest neighbours");
        if (pace.due())
            co_await pace.step();
    }
    result.neighbourSeconds = watch.seconds();
    co_return search.take();
}

void Stream::show(std::int64_t iteration, std::int64_t iterations, const std::vector<float> &positions)
{
    constexpr double kShowEvery = 0.1; // seconds
    if (m_shown.seconds() < kShowEvery)
        return;
    m_shown = Stopwatch();
    m_pace.scope().progress(m_share.at(double(iteration) / double(iterations)),
                            "Iteration " + std::to_string(iteration) + " of " + std::to_string(iterations),
                            EmbedPartial{iteration, positions});
}

} // namespace orrery::maps
