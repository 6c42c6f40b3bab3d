// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/umap.h"

#include "engine/core/error.h"
#include "engine/jobs/maps/sorted_rows.h"
#include "engine/jobs/maps/stages.h"
#include "engine/maps/fuzzy_set.h"
#include "engine/runtime/generator.h"

#include <algorithm>
#include <cmath>

namespace orrery::maps {
namespace {

constexpr std::int64_t kManyPoints = 10'000, kFewIterations = 200, kUsualIterations = 500;

/// With the point itself, as umap-learn counts.
std::int64_t neighboursOf(const EmbedRequest &request, std::int64_t count, EmbedResult &result)
{
    if (request.neighbours > count)
        throw Exception(ErrorCode::BadInput, std::to_string(request.neighbours) +
                                                 " neighbours, the point itself among them, need as many points, but "
                                                 "there are " +
                                                 std::to_string(count));
    if (request.neighbours > 0)
        return request.neighbours;
    if (count < kUmapNeighbours)
        result.notes.push_back("Each point looks at " + std::to_string(count) +
                               " neighbours, itself among them, because there are no more points");
    return std::min(kUmapNeighbours, count);
}

Task<FuzzySet> findFuzzySet(StepPacer &pace, const EmbedRequest &request, const Points &points,
                            const SortedRows &sorted, Share share, EmbedResult &result)
{
    const Stopwatch watch;
    const std::int64_t k = neighboursOf(request, points.count, result);
    Task<Neighbours> finding = findNeighbours(pace, request, points, k - 1, {share.from, share.at(0.9)}, result);
    Classes classes{request.classes, request.classWeight};
    if (classes.of && !sorted.rows.empty())
        classes.of = std::make_shared<std::vector<std::int32_t>>(sorted.taken<1>(*request.classes));
    FuzzySetFit fit(co_await std::move(finding), request.metric, std::move(classes));
    Task<void> fitting = finish(pace, fit, {share.at(0.9), share.to}, "Weighing neighbours");
    co_await std::move(fitting);
    result.neighbourSeconds = watch.seconds();
    co_return fit.take();
}

/// Each coordinate from −5 to 5, after a little at random, so that points that are the same part.
void spreadOut(std::vector<float> &positions, Generator &generator)
{
    constexpr double kWidth = 10, kRandom = 1e-4;
    float largest = 0;
    for (const float value : positions)
        largest = std::max(largest, std::abs(value));
    const double scale = largest > 0 ? kWidth / double(largest) : 0;
    for (float &value : positions)
        value = float(double(value) * scale + kRandom * generator.normal());
    for (std::size_t c = 0; c < 2; ++c) {
        float low = positions[c], high = positions[c];
        for (std::size_t i = c; i < positions.size(); i += 2) {
            low = std::min(low, positions[i]);
            high = std::max(high, positions[i]);
        }
        for (std::size_t i = c; i < positions.size(); i += 2)
            positions[i] =
                float(high > low ? kWidth * ((double(positions[i]) - double(low)) / (double(high) - double(low)) - 0.5)
                                 : 0.0);
    }
}

Task<OptimiserState> startOf(StepPacer &pace, const EmbedRequest &request, const SymmetricRows &graph,
                             const Points &points, const SortedRows &sorted, Share share, EmbedResult &result)
{
    OptimiserState state;
    if (request.resumeFrom) {
        checkMap(request.resumeFrom->positions, points.count, "The map to go on from");
        state.iteration = request.resumeFrom->iteration;
        state.positions = sorted.taken<2>(request.resumeFrom->positions);
        co_return state;
    }
    Generator generator(request.seed, 0, 0x756d7374);
    if (request.start == Start::Random) {
        for (std::int64_t i = 0; i < kPlane * points.count; ++i)
            state.positions.push_back(float(generator.uniform() - 0.5));
    } else if (request.start == Start::Pca) {
        Task<Pca> fitting = fitPca(pace, points, request.seed, {share.from, share.from});
        state.positions = planeOf(co_await std::move(fitting), points.count);
    } else {
        Task<std::vector<float>> laying = spectralStart(pace, graph, points, request.seed, share, result);
        state.positions = co_await std::move(laying);
    }
    spreadOut(state.positions, generator);
    co_return state;
}

std::int64_t iterationsOf(const EmbedRequest &request, std::int64_t count)
{
    return request.iterations >= 0 ? request.iterations : count <= kManyPoints ? kUsualIterations : kFewIterations;
}

/// @param points  of `sorted`
Task<void> layOutRows(StepPacer &pace, const EmbedRequest &request, const Points &points, const SortedRows &sorted,
                      EmbedResult &result, Share share)
{
    const Share nearShare{share.from, share.at(0.6)}, startShare{nearShare.to, share.at(0.7)};
    const Share layoutShare{startShare.to, share.to};
    Task<FuzzySet> finding = findFuzzySet(pace, request, points, sorted, nearShare, result);
    FuzzySet graph = co_await std::move(finding);

    const Stopwatch watch;
    UmapSettings settings;
    settings.curve = fitCurve(request.minDistance, request.spread);
    settings.iterations = iterationsOf(request, points.count);
    settings.negatives = request.negatives;
    settings.seed = request.seed;
    // As umap-learn has it: what few iterations would never draw, a start for later ones still may.
    constexpr std::int64_t kFewest = 10;
    dropUnlikely(graph, settings.iterations > kFewest ? settings.iterations
                        : points.count <= kManyPoints ? kUsualIterations
                                                      : kFewIterations);
    co_await pace.step();
    Task<OptimiserState> starting = startOf(pace, request, graph, points, sorted, startShare, result);
    UmapOptimiser optimiser(graph, co_await std::move(starting), settings);
    Stream stream(pace, request, layoutShare);
    const std::int64_t last =
        request.pauseAt >= 0 ? std::min(request.pauseAt, settings.iterations) : settings.iterations;
    while (optimiser.iteration() < last || !optimiser.betweenIterations()) {
        optimiser.step();
        if (optimiser.betweenIterations() && stream.due()) {
            co_await pace.step(); // a million pairs take a while to copy
            stream.show(optimiser.iteration(), settings.iterations, sorted.returned(optimiser.state().positions));
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
    OptimiserState state = optimiser.state();
    state.positions = sorted.returned(std::move(state.positions));
    result.positions = state.positions;
    result.state = std::make_shared<OptimiserState>(std::move(state));
    result.layoutSeconds = watch.seconds();
}

} // namespace

void checkUmap(const EmbedRequest &request)
{
    const auto bad = [](const std::string &what) { throw Exception(ErrorCode::BadInput, what); };
    if (request.neighbours < 0 || request.neighbours == 1)
        bad("The number of neighbours is " + std::to_string(request.neighbours) +
            ", expected at least 2: each point counts itself");
    if (!(request.spread > 0 && request.spread <= 1e6))
        bad("The spread is " + shortest(request.spread) + ", expected a positive number");
    if (!(request.minDistance >= 0 && request.minDistance <= request.spread))
        bad("The smallest distance is " + shortest(request.minDistance) + ", expected 0 to the spread, which is " +
            shortest(request.spread));
    if (request.negatives < 0 || request.negatives > 1000)
        bad("The number of points pushed away is " + std::to_string(request.negatives) + ", expected 0 to 1000");
    if (!(request.classWeight >= 0 && request.classWeight <= 1))
        bad("The weight of the classes is " + shortest(request.classWeight) + ", expected 0 to 1");
    if (request.classes && std::int64_t(request.classes->size()) != request.points->rows)
        bad("There are " + std::to_string(request.classes->size()) + " classes for " +
            std::to_string(request.points->rows) + " points, expected one a point");
}

Task<void> layOutUmap(StepPacer &pace, const EmbedRequest &request, const Points &points, EmbedResult &result,
                      Share share)
{
    const Stopwatch watch;
    const Share sortShare{share.from, points.count < SortedRows::kScattered ? share.from : share.at(0.05)};
    SortedRows sorted;
    Task<void> sorting = sortRows(pace, points, sorted, sortShare);
    co_await std::move(sorting);
    const double seconds = watch.seconds();
    Task<void> laying = layOutRows(pace, request, sorted.of(points), sorted, result, {sortShare.to, share.to});
    co_await std::move(laying);
    result.layoutSeconds += seconds;
}

} // namespace orrery::maps
