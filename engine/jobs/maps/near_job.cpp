// SPDX-License-Identifier: Apache-2.0
// maps.near: the nearest neighbours of one point, in the data and on the map.
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/maps/stages.h"
#include "engine/maps/chunks.h"
#include "engine/maps/ranked.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery::maps {
namespace {

constexpr std::int64_t kRowsAChunk = 2048;

/// A row as the metric sees it: as it is, or in `scratch` scaled to length one, or by a power of two (points.h). The
/// differences of such rows are as exact as float32 allows, so nothing is centred and no copy made of all points.
const float *seen(const float *row, std::int64_t dimensions, Metric metric, double scale, std::vector<float> &scratch)
{
    if (metric == Metric::Euclidean && scale == 1)
        return row;
    scratch.assign(row, row + dimensions);
    if (metric == Metric::Cosine)
        normalise(scratch.data(), dimensions);
    else
        for (float &value : scratch)
            value = float(double(value) * scale);
    return scratch.data();
}

Task<std::vector<std::int64_t>> nearestOf(StepPacer &pace, const float *values, std::int64_t count,
                                          std::int64_t dimensions, Metric metric, std::int64_t row, std::int64_t k)
{
    std::vector<float> scratch;
    std::vector<std::uint64_t> keys(static_cast<std::size_t>(count));
    const auto distance = kernels().squaredDistance;
    const std::int64_t chunksAStep = std::max<std::int64_t>(2, std::int64_t(4e6) / (dimensions * kRowsAChunk));
    // Squares of 1e-25 are all zero, and those of 1e20 no numbers.
    const std::int64_t chunks = (count + kRowsAChunk - 1) / kRowsAChunk;
    std::vector<float> largest(static_cast<std::size_t>(chunks), 0.0F);
    for (std::int64_t first = 0; metric == Metric::Euclidean && first < chunks; first += chunksAStep) {
        forChunks(std::min(chunks - first, chunksAStep), [&](std::int64_t chunk) {
            const float *from = values + (first + chunk) * kRowsAChunk * dimensions;
            const float *to = values + std::min(count, (first + chunk + 1) * kRowsAChunk) * dimensions;
            float &most = largest[std::size_t(first + chunk)];
            for (; from != to; ++from)
                if (std::isfinite(*from)) // the row of another is named below
                    most = std::max(most, std::fabs(*from));
        });
        if (pace.due())
            co_await pace.step();
    }
    const double scale = std::ldexp(1.0, -exponentFor(*std::max_element(largest.begin(), largest.end())));
    const float *query = seen(values + row * dimensions, dimensions, metric, scale, scratch);
    for (std::int64_t first = 0; first < count; first += chunksAStep * kRowsAChunk) {
        const std::int64_t left = (count - first + kRowsAChunk - 1) / kRowsAChunk;
        forChunks(std::min(left, chunksAStep), [&](std::int64_t chunk) {
            std::vector<float> other;
            const std::int64_t from = first + chunk * kRowsAChunk;
            for (std::int64_t i = from; i < std::min(count, from + kRowsAChunk); ++i) {
                const float square =
                    distance(query, seen(values + i * dimensions, dimensions, metric, scale, other), dimensions);
                if (!std::isfinite(square))
                    throw Exception(ErrorCode::BadInput, "Row " + std::to_string(i) + " or row " + std::to_string(row) +
                                                             " (counted from 0) holds a value that is not finite");
                keys[std::size_t(i)] = keyOf(square, i);
            }
        });
        if (pace.due())
            co_await pace.step();
    }
    keys[std::size_t(row)] = std::numeric_limits<std::uint64_t>::max(); // not its own neighbour
    std::vector<std::int64_t> result;
    for (const std::uint64_t key : smallest(std::move(keys), k))
        result.push_back(rowOf(key));
    co_return result;
}

Task<NearResult> near(EngineScope &scope, NearRequest request)
{
    const auto bad = [](const std::string &what) { throw Exception(ErrorCode::BadInput, what); };
    if (!request.points || request.points->rows < 2 || request.points->columns < 1 ||
        request.points->rows * request.points->columns != std::int64_t(request.points->values.size()))
        bad("There are fewer than 2 points, expected a table of numbers");
    const std::int64_t count = request.points->rows;
    if (request.row < 0 || request.row >= count)
        bad("Row " + std::to_string(request.row) + " was asked for, expected one from 0 to " +
            std::to_string(count - 1));
    if (request.k < 1)
        bad(std::to_string(request.k) + " neighbours were asked for, expected at least 1");
    if (request.map)
        checkMap(*request.map, count, "The map");
    const std::int64_t k = std::min(request.k, count - 1);
    StepPacer pace(scope);
    NearResult result;
    Task<std::vector<std::int64_t>> inData =
        nearestOf(pace, request.points->values.data(), count, request.points->columns, request.metric, request.row, k);
    result.inData = co_await std::move(inData);
    if (request.map) {
        Task<std::vector<std::int64_t>> onMap =
            nearestOf(pace, request.map->data(), count, kPlane, Metric::Euclidean, request.row, k);
        result.onMap = co_await std::move(onMap);
    }
    co_return result;
}

} // namespace

ORRERY_JOB(kNear, near)

} // namespace orrery::maps
