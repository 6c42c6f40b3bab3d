// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/umap.h"

#include "engine/core/error.h"
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
    constexpr std::int64_t kUsual = 15;
    if (request.neighbours > count)
        throw Exception(ErrorCode::BadInput, std::to_string(request.neighbours) +
                                                 " neighbours, the point itself among them, need as many points, but "
                                                 "there are " +
                                                 std::to_string(count));
    if (request.neighbours > 0)
        return request.neighbours;
    if (count < kUsual)
        result.notes.push_back("Each point looks at " + std::to_string(count) +
                               " neighbours, itself among them, because there are no more points");
    return std::min(kUsual, count);
}

Task<FuzzySet> findFuzzySet(StepPacer &pace, const EmbedRequest &request, const Points &points, Share share,
                            EmbedResult &result)
{
    const Stopwatch watch;
    const std::int64_t k = neighboursOf(request, points.count, result);
    Task<Neighbours> finding = findNeighbours(pace, request, points, k - 1, {share.from, share.at(0.9)}, result);
    FuzzySetFit fit(co_await std::move(finding), request.metric, {request.classes, request.classWeight});
    while (!fit.done()) {
        fit.step();
        pace.scope().progress(share.at(0.9 + fit.fraction() * 0.1), "Weighing neighbours");
        if (pace.due())
            co_await pace.step();
    }
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
                             const Points &points, Share share, EmbedResult &result)
{
    OptimiserState state;
    if (request.resumeFrom) {
        state = *request.resumeFrom;
        checkMap(state.positions, points.count, "The map to go on from");
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

} // namespace

std::int64_t umapIterations(const EmbedRequest &request, std::int64_t count)
{
    return request.iterations >= 0 ? request.iterations : count <= kManyPoints ? kUsualIterations : kFewIterations;
}

Task<void> layOutUmap(StepPacer &pace, const EmbedRequest &request, const Points &points, EmbedResult &result,
                      Share share)
{
    const Share nearShare{share.from, share.at(0.6)}, startShare{nearShare.to, share.at(0.7)};
    const Share layoutShare{startShare.to, share.to};
    Task<FuzzySet> finding = findFuzzySet(pace, request, points, nearShare, result);
    FuzzySet graph = co_await std::move(finding);

    const Stopwatch watch;
    UmapSettings settings;
    settings.curve = fitCurve(request.minDistance, request.spread);
    settings.iterations = umapIterations(request, points.count);
    settings.negatives = request.negatives;
    settings.seed = request.seed;
    // As umap-learn has it: what few iterations would never draw, a start for later ones still may.
    constexpr std::int64_t kFewest = 10;
    dropUnlikely(graph, settings.iterations > kFewest ? settings.iterations
                        : points.count <= kManyPoints ? kUsualIterations
                                                      : kFewIterations);
    co_await pace.step();
    Task<OptimiserState> starting = startOf(pace, request, graph, points, startShare, result);
    UmapOptimiser optimiser(graph, co_await std::move(starting), settings);
    Stream stream(pace, request, layoutShare);
    const std::int64_t last =
        request.pauseAt >= 0 ? std::min(request.pauseAt, settings.iterations) : settings.iterations;
    while (optimiser.iteration() < last || !optimiser.betweenIterations()) {
        optimiser.step();
        if (optimiser.betweenIterations() && stream.due())
            stream.show(optimiser.iteration(), settings.iterations, optimiser.state().positions);
        if (pace.due())
            co_await pace.step();
    }
    for (optimiser.beginLoss(); !optimiser.lossDone();) {
        optimiser.lossStep();
        if (pace.due())
            co_await pace.step();
    }
    result.loss = optimiser.loss();
    result.state = std::make_shared<OptimiserState>(optimiser.state());
    result.positions = result.state->positions;
    result.layoutSeconds = watch.seconds();
}

} // namespace orrery::maps
