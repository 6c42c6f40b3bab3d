// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/tsne.h"

#include "engine/core/error.h"
#include "engine/jobs/maps/sorted_rows.h"
#include "engine/runtime/generator.h"

#include <algorithm>
#include <cmath>

namespace orrery::maps {
namespace {

constexpr std::int64_t kUsualIterations = 750;

/// Neighbours, then affinities. @param perplexities  that the number of points allows
Task<Affinities> findAffinities(StepPacer &pace, const EmbedRequest &request, const Points &points,
                                std::vector<double> perplexities, Share share, EmbedResult &result)
{
    const Stopwatch watch;
    const double largest = *std::max_element(perplexities.begin(), perplexities.end());
    Task<Neighbours> finding = findNeighbours(pace, request, points, neighboursFor(largest, points.count),
                                              {share.from, share.at(0.8)}, result);
    AffinityFit fit(co_await std::move(finding), std::move(perplexities));
    while (!fit.done()) {
        fit.step();
        pace.scope().progress(share.at(0.8 + fit.fraction() * 0.2), "Weighing neighbours");
        if (pace.due())
            co_await pace.step();
    }
    result.neighbourSeconds = watch.seconds();
    co_return fit.take();
}

/// Where the map starts: the first coordinate spreads by kStartWidth. Source: Kobak and Berens 2019, arXiv:1802.08563.
/// @param shape  [N, 2] of any size, mean zero; empty: none
std::vector<float> startOf(const EmbedRequest &request, std::vector<float> shape, std::int64_t count,
                           EmbedResult &result)
{
    constexpr double kStartWidth = 1e-4;
    Generator generator(request.seed, 0, 0x7473);
    std::vector<float> start(std::size_t(count * kPlane), 0.0F);
    double width = 0;
    if (!shape.empty()) {
        start = std::move(shape);
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

Task<std::vector<float>> shapeOf(StepPacer &pace, const EmbedRequest &request, const Affinities &affinities,
                                 const Points &points, Share share, EmbedResult &result)
{
    if (request.start == Start::Random)
        co_return std::vector<float>();
    if (request.start != Start::Spectral) {
        Task<Pca> fitting = fitPca(pace, points, request.seed, {share.from, share.from});
        co_return planeOf(co_await std::move(fitting), points.count);
    }
    Task<std::vector<float>> laying =
        spectralStart(pace, affinities, points, request.seed, {share.from, share.from}, result);
    std::vector<float> shape = co_await std::move(laying);
    double mean[2] = {0, 0};
    for (std::size_t i = 0; i < shape.size(); ++i)
        mean[i % 2] += double(shape[i]) / double(points.count);
    for (std::size_t i = 0; i < shape.size(); ++i)
        shape[i] = float(double(shape[i]) - mean[i % 2]);
    co_return shape;
}

std::vector<double> perplexitiesOf(const EmbedRequest &request, std::int64_t count, EmbedResult &result)
{
    constexpr double kUsual = 30;
    const double largest = double(count - 1) / 3;
    for (const double asked : request.perplexities)
        if (asked > largest)
            throw Exception(ErrorCode::BadInput, "Perplexity " + shortest(asked) + " needs at least " +
                                                     std::to_string(std::int64_t(std::ceil(3 * asked)) + 1) +
                                                     " points, but there are " + std::to_string(count) +
                                                     ": expected a perplexity of at most " +
                                                     shortest(std::floor(largest)));
    if (!request.perplexities.empty())
        return request.perplexities;
    if (largest < kUsual)
        result.notes.push_back("The perplexity is " + shortest(std::max(1.0, std::floor(largest))) +
                               ", because there are only " + std::to_string(count) + " points");
    return {std::clamp(std::floor(largest), 1.0, kUsual)};
}

} // namespace

Task<void> layOutTsne(StepPacer &pace, const EmbedRequest &request, const Points &given, EmbedResult &result,
                      Share share)
{
    const Stopwatch sortWatch;
    SortedRows sorted;
    Task<void> sorting = sortRows(pace, given, sorted, {share.from, share.from});
    co_await std::move(sorting);
    const double sortSeconds = sortWatch.seconds();
    const Points &points = sorted.of(given);
    std::vector<double> perplexities = perplexitiesOf(request, points.count, result);
    const Share nearShare{share.from, share.at(0.25)}, layoutShare{nearShare.to, share.to};
    Task<Affinities> weighing = findAffinities(pace, request, points, std::move(perplexities), nearShare, result);
    const Affinities affinities = co_await std::move(weighing);

    const Stopwatch watch;
    OptimiserState state;
    if (request.resumeFrom) {
        const OptimiserState &from = *request.resumeFrom;
        for (const std::vector<float> *part : {&from.positions, &from.updates, &from.gains})
            if (std::int64_t(part->size()) != points.count * kPlane)
                throw Exception(ErrorCode::BadInput, "The map to go on from has another number of points");
        state = {from.iteration, sorted.taken<2>(from.positions), sorted.taken<2>(from.updates),
                 sorted.taken<2>(from.gains)};
    } else {
        Task<std::vector<float>> finding = shapeOf(pace, request, affinities, points, layoutShare, result);
        state.positions = startOf(request, co_await std::move(finding), points.count, result);
    }
    TsneSettings settings;
    settings.earlyIterations = request.earlyIterations;
    settings.earlyExaggeration = request.earlyExaggeration;
    settings.exaggeration = request.exaggeration;
    settings.learningRate = request.learningRate;
    TsneOptimiser optimiser(affinities, std::move(state), settings);
    const std::int64_t iterations = request.iterations < 0 ? kUsualIterations : request.iterations;
    const std::int64_t last = request.pauseAt >= 0 ? std::min(request.pauseAt, iterations) : iterations;
    Stream stream(pace, request, layoutShare);
    while (optimiser.iteration() < last || !optimiser.betweenIterations()) {
        optimiser.step();
        if (optimiser.betweenIterations() && stream.due())
            stream.show(optimiser.iteration(), iterations, sorted.returned(optimiser.state().positions));
        if (pace.due())
            co_await pace.step();
    }
    for (optimiser.beginLoss(); !optimiser.lossDone();) {
        optimiser.lossStep();
        if (pace.due())
            co_await pace.step();
    }
    result.loss = optimiser.loss();
    const OptimiserState &end = optimiser.state();
    result.positions = sorted.returned(end.positions);
    result.state = std::make_shared<OptimiserState>(
        OptimiserState{end.iteration, result.positions, sorted.returned(end.updates), sorted.returned(end.gains)});
    result.layoutSeconds = sortSeconds + watch.seconds();
}

} // namespace orrery::maps
