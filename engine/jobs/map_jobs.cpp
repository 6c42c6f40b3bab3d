// SPDX-License-Identifier: Apache-2.0
// Body of the job of engine/api/maps.h.
#include "engine/api/maps.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/maps/pca.h"
#include "engine/maps/quality.h"
#include "engine/maps/tsne.h"
#include "engine/models/step_pacer.h"
#include "engine/runtime/generator.h"

#include <algorithm>
#include <charconv>
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

/// "30", "2.5"
std::string shortest(double number)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

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
    if (request.perplexity != 0 && outside(request.perplexity, 1, 1e6))
        bad("The perplexity is " + shortest(request.perplexity) + ", expected at least 1");
    if (request.iterations < 0 || request.earlyIterations < 0 || outside(request.earlyExaggeration, 0.01, 1e4) ||
        outside(request.exaggeration, 0.01, 1e4) || outside(request.learningRate, 0, 1e12))
        bad("Iterations, exaggeration or learning rate are out of range, expected numbers that are not negative");
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

/// Neighbours, then affinities. @param perplexity  that the number of points allows
Task<Affinities> findAffinities(StepPacer &pace, const Points &points, double perplexity, Share share, double &seconds)
{
    const Stopwatch watch;
    NeighbourSearch search(points, neighboursFor(perplexity, points.count));
    while (!search.done()) {
        search.step();
        pace.scope().progress(share.at(search.fraction() * 0.8), "Finding nearest neighbours");
        if (pace.due())
            co_await pace.step();
    }
    AffinityFit fit(search.take(), perplexity);
    while (!fit.done()) {
        fit.step();
        pace.scope().progress(share.at(0.8 + fit.fraction() * 0.2), "Weighing neighbours");
        if (pace.due())
            co_await pace.step();
    }
    seconds = watch.seconds();
    co_return fit.take();
}

/// Where the map starts: the first coordinate spreads by kStartWidth. Source: Kobak and Berens 2019, arXiv:1802.08563.
std::vector<float> startOf(const EmbedRequest &request, const Pca &pca, std::int64_t count, EmbedResult &result)
{
    constexpr double kStartWidth = 1e-4;
    Generator generator(request.seed, 0, 0x7473);
    std::vector<float> start(std::size_t(count * kPlane), 0.0F);
    double width = 0;
    if (request.start == Start::Pca) {
        start = planeOf(pca, count);
        for (std::int64_t i = 0; i < count; ++i)
            width += double(start[std::size_t(i * kPlane)]) * double(start[std::size_t(i * kPlane)]) / double(count);
        if (!(width > 0))
            result.notes.push_back("All points are the same, so the map started at random");
    }
    const double scale = width > 0 ? kStartWidth / std::sqrt(width) : 0;
    // A hundredth at random besides: points that are the same would stay in one place for ever.
    const double random = width > 0 ? kStartWidth / 100 : kStartWidth;
    for (float &value : start)
        value = float(double(value) * scale + random * generator.normal());
    return start;
}

double perplexityOf(const EmbedRequest &request, std::int64_t count, EmbedResult &result)
{
    constexpr double kUsual = 30;
    const double largest = double(count - 1) / 3;
    if (request.perplexity > 0 && request.perplexity > largest)
        throw Exception(ErrorCode::BadInput, "Perplexity " + shortest(request.perplexity) + " needs at least " +
                                                 std::to_string(std::int64_t(std::ceil(3 * request.perplexity)) + 1) +
                                                 " points, but there are " + std::to_string(count) +
                                                 ": expected a perplexity of at most " + shortest(std::floor(largest)));
    if (request.perplexity > 0)
        return request.perplexity;
    if (largest < kUsual)
        result.notes.push_back("The perplexity is " + shortest(std::max(1.0, std::floor(largest))) +
                               ", because there are only " + std::to_string(count) + " points");
    return std::clamp(std::floor(largest), 1.0, kUsual);
}

Task<void> layOut(StepPacer &pace, const EmbedRequest &request, const Points &points, EmbedResult &result, Share share)
{
    const double perplexity = perplexityOf(request, points.count, result);
    const Share nearShare{share.from, share.at(0.25)}, layoutShare{nearShare.to, share.to};
    Task<Affinities> finding = findAffinities(pace, points, perplexity, nearShare, result.neighbourSeconds);
    const Affinities affinities = co_await std::move(finding);

    const Stopwatch watch;
    OptimiserState state;
    if (request.resumeFrom) {
        state = *request.resumeFrom;
        for (const std::vector<float> *part : {&state.positions, &state.updates, &state.gains})
            if (std::int64_t(part->size()) != points.count * kPlane)
                throw Exception(ErrorCode::BadInput, "The map to go on from has another number of points");
    } else {
        Task<Pca> fitting = fitPca(pace, points, request.seed, {layoutShare.from, layoutShare.from});
        const Pca pca = co_await std::move(fitting);
        state.positions = startOf(request, pca, points.count, result);
    }
    TsneSettings settings;
    settings.earlyIterations = request.earlyIterations;
    settings.earlyExaggeration = request.earlyExaggeration;
    settings.exaggeration = request.exaggeration;
    settings.learningRate = request.learningRate;
    TsneOptimiser optimiser(affinities, std::move(state), settings);
    Stopwatch shown;
    while (optimiser.iteration() < request.iterations || !optimiser.betweenIterations()) {
        optimiser.step();
        constexpr double kShowEvery = 0.1; // seconds
        if (optimiser.betweenIterations() && shown.seconds() >= kShowEvery) {
            shown = Stopwatch();
            pace.scope().progress(layoutShare.at(double(optimiser.iteration()) / double(request.iterations)),
                                  "Iteration " + std::to_string(optimiser.iteration()) + " of " +
                                      std::to_string(request.iterations),
                                  EmbedPartial{optimiser.iteration(), optimiser.state().positions});
        }
        if (pace.due())
            co_await pace.step();
    }
    for (optimiser.beginLoss(); !optimiser.lossDone();) {
        optimiser.lossStep();
        if (pace.due())
            co_await pace.step();
    }
    result.loss = optimiser.loss();
    result.positions = optimiser.state().positions;
    result.state = std::make_shared<OptimiserState>(optimiser.state());
    result.layoutSeconds = watch.seconds();
}

Task<void> project(StepPacer &pace, const EmbedRequest &request, const Points &points, EmbedResult &result, Share share)
{
    const Stopwatch watch;
    Task<Pca> fitting = fitPca(pace, points, request.seed, share);
    const Pca pca = co_await std::move(fitting);
    result.positions = planeOf(pca, points.count);
    double kept = 0;
    for (const double variance : pca.variances)
        kept += variance;
    result.loss = pca.totalVariance > 0 ? std::max(0.0, 1 - kept / pca.totalVariance) : 0;
    result.layoutSeconds = watch.seconds();
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
    Task<void> making = request.method == Method::Tsne ? layOut(pace, request, points, result, {0, layoutShare})
                                                       : project(pace, request, points, result, {0, layoutShare});
    co_await std::move(making);

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
