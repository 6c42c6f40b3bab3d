// SPDX-License-Identifier: Apache-2.0
// maps.embed: checks the request, lays out, measures.
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/maps/stages.h"
#include "engine/maps/quality.h"
#include "engine/runtime/memory.h"

#include <cmath>

namespace orrery::maps {
namespace {

void check(const EmbedRequest &request)
{
    const auto bad = [](const std::string &what) { throw Exception(ErrorCode::BadInput, what); };
    if (!request.points ||
        request.points->rows * request.points->columns != std::int64_t(request.points->values.size()))
        bad("There are no points, expected a table of numbers");
    if (request.points->rows < 2 || request.points->columns < 1)
        bad("There is only " + std::to_string(request.points->rows) + " row, a map needs at least 2");
    const auto outside = [](double value, double smallest, double largest) {
        return !(value >= smallest && value <= largest);
    };
    for (const double perplexity : request.perplexities)
        if (outside(perplexity, 1, 1e6))
            bad("The perplexity is " + shortest(perplexity) + ", expected at least 1");
    if (request.earlyIterations < 0 || outside(request.earlyExaggeration, 0.01, 1e4) ||
        outside(request.exaggeration, 0.01, 1e4) || outside(request.learningRate, 0, 1e12))
        bad("Iterations, exaggeration or learning rate are out of range, expected numbers that are not negative");
    if (request.method == Method::Umap)
        checkUmap(request);
    if (request.alignTo)
        checkMap(*request.alignTo, request.points->rows, "The map to align to");
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

Task<void> layOut(StepPacer &pace, const EmbedRequest &request, const Points &points, EmbedResult &result, Share share)
{
    switch (request.method) {
    case Method::Pca:
        return layOutPca(pace, request, points, result, share);
    case Method::Tsne:
        return layOutTsne(pace, request, points, result, share);
    case Method::Umap:
        return layOutUmap(pace, request, points, result, share);
    }
    throw Exception(ErrorCode::BadInput, "This method of making maps is not known");
}

Task<EmbedResult> embed(EngineScope &scope, EmbedRequest request)
{
    check(request);
    const Stopwatch total;
    StepPacer pace(scope);
    Frame frame;
    const MemoryCharge charge(request.points->values.size() * sizeof(float)); // of the copy that prepare makes
    Task<Points> preparing = prepare(pace, *request.points, request.metric, frame);
    const Points points = co_await std::move(preparing);

    EmbedResult result;
    result.method = request.method;
    result.points = points.count;
    const Share share{0, request.measure ? 0.8 : 1.0};
    Task<void> making = layOut(pace, request, points, result, share);
    co_await std::move(making);
    if (request.method == Method::Pca)
        result.positions = inOwnUnits(std::move(result.positions), frame.exponent);
    result.positions = aligned(request, result.positions);

    if (request.measure && points.count > 2) {
        // Ranks and correlations do not ask for units, but squares of these must be numbers.
        const int exponent = request.method == Method::Pca ? -frame.exponent : 0;
        const Points map{points.count, kPlane, inOwnUnits(result.positions, exponent)};
        Task<Quality> measuring = measure(pace, points, map, request.seed, {share.to, 1});
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
