// SPDX-License-Identifier: Apache-2.0
// Body of the job of engine/api/maps.h.
#include "engine/api/maps.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/maps/pca.h"
#include "engine/maps/quality.h"
#include "engine/models/step_pacer.h"

#include <chrono>
#include <cmath>

namespace orrery::maps {
namespace {

constexpr std::int64_t kPlane = 2;

class Stopwatch
{
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count(); }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

/// Part of the progress bar that one piece of the work fills.
struct Share
{
    double from = 0, to = 1;
    double at(double fraction) const { return from + (to - from) * fraction; }
};

void check(const EmbedRequest &request)
{
    const auto bad = [](const std::string &what) { throw Exception(ErrorCode::BadInput, what); };
    if (!request.points ||
        request.points->rows * request.points->columns != std::int64_t(request.points->values.size()))
        bad("There are no points, expected a table of numbers");
    if (request.points->rows < 2 || request.points->columns < 1)
        bad("There is only " + std::to_string(request.points->rows) + " row, a map needs at least 2");
    for (std::size_t i = 0; i < request.points->values.size(); ++i)
        if (!std::isfinite(request.points->values[i]))
            bad("Row " + std::to_string(i / std::size_t(request.points->columns)) +
                " (counted from 0) holds a value that is not finite");
}

/// As the metric sees them: centred, or of length one.
Points prepared(const EmbedRequest &request)
{
    const NpyMatrix &given = *request.points;
    if (request.metric == Metric::Euclidean)
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

/// [N, 2]: a table of one column has a second coordinate of zero.
std::vector<float> planeOf(const Pca &pca, std::int64_t count)
{
    if (pca.components == kPlane)
        return pca.projections;
    std::vector<float> plane(std::size_t(count * kPlane), 0.0F);
    for (std::int64_t i = 0; i < count; ++i)
        plane[std::size_t(i * kPlane)] = pca.projections[std::size_t(i)];
    return plane;
}

Task<Quality> measure(StepPacer &pace, const Points &points, const Points &map, std::uint64_t seed, Share share)
{
    QualityMeasure measure(points, map, seed);
    while (!measure.done()) {
        measure.step();
        pace.scope().progress(share.at(measure.fraction()), "Measuring the map");
        co_await pace.step();
    }
    co_await pace.scope().outside([&measure] { measure.finish(); });
    co_return measure.quality();
}

Task<EmbedResult> embed(EngineScope &scope, EmbedRequest request)
{
    check(request);
    const Stopwatch total;
    StepPacer pace(scope);
    const Points points = prepared(request);
    co_await pace.step();

    EmbedResult result;
    result.method = request.method;
    result.points = points.count;
    const double layoutShare = request.measure ? 0.8 : 1.0;
    const Stopwatch layout;
    Task<Pca> fitting = fitPca(pace, points, request.seed, {0, layoutShare});
    const Pca pca = co_await std::move(fitting);
    result.positions = planeOf(pca, points.count);
    double kept = 0;
    for (const double variance : pca.variances)
        kept += variance;
    result.loss = pca.totalVariance > 0 ? std::max(0.0, 1 - kept / pca.totalVariance) : 0;
    result.layoutSeconds = layout.seconds();

    if (request.measure && points.count > 2) {
        const Points map{points.count, kPlane, result.positions};
        Task<Quality> measuring = measure(pace, points, map, request.seed, {layoutShare, 1});
        result.quality = co_await std::move(measuring);
        if (std::int64_t(result.quality->measured.size()) < points.count)
            result.notes.push_back("The quality was measured on " + std::to_string(result.quality->measured.size()) +
                                   " of the " + std::to_string(points.count) + " points, drawn by the seed");
    }
    result.totalSeconds = total.seconds();
    scope.progress(1, "Done");
    co_return result;
}

} // namespace

ORRERY_JOB(kEmbed, embed)

} // namespace orrery::maps
