// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/points.h"

#include "engine/maps/chunks.h"

#include <algorithm>
#include <cmath>

namespace orrery::maps {

namespace {
constexpr std::int64_t kRowsAChunk = 2048;
} // namespace

std::vector<double> meanOf(const float *values, std::int64_t count, std::int64_t dimensions)
{
    const std::int64_t chunks = (count + kRowsAChunk - 1) / kRowsAChunk;
    std::vector<double> sums(std::size_t(chunks * dimensions), 0.0);
    const auto rowsOf = [&](std::int64_t chunk) { return std::min(count, (chunk + 1) * kRowsAChunk); };
    forChunks(chunks, [&](std::int64_t chunk) {
        double *sum = sums.data() + chunk * dimensions;
        for (std::int64_t i = chunk * kRowsAChunk; i < rowsOf(chunk); ++i)
            for (std::int64_t k = 0; k < dimensions; ++k)
                sum[k] += double(values[i * dimensions + k]);
    });
    std::vector<double> mean(std::size_t(dimensions), 0.0);
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk)
        for (std::int64_t k = 0; k < dimensions; ++k)
            mean[std::size_t(k)] += sums[std::size_t(chunk * dimensions + k)] / double(count);
    return mean;
}

Points centred(const float *values, std::int64_t count, std::int64_t dimensions, const std::vector<double> &mean)
{
    Points result{count, dimensions, std::vector<float>(std::size_t(count * dimensions))};
    forChunks((count + kRowsAChunk - 1) / kRowsAChunk, [&](std::int64_t chunk) {
        for (std::int64_t i = chunk * kRowsAChunk; i < std::min(count, (chunk + 1) * kRowsAChunk); ++i)
            for (std::int64_t k = 0; k < dimensions; ++k)
                result.row(i)[k] = float(double(values[i * dimensions + k]) - mean[std::size_t(k)]);
    });
    return result;
}

Points centred(const float *values, std::int64_t count, std::int64_t dimensions)
{
    return centred(values, count, dimensions, meanOf(values, count, dimensions));
}

void normaliseRows(Points &points)
{
    const std::int64_t chunks = (points.count + kRowsAChunk - 1) / kRowsAChunk;
    forChunks(chunks, [&](std::int64_t chunk) {
        for (std::int64_t i = chunk * kRowsAChunk; i < std::min(points.count, (chunk + 1) * kRowsAChunk); ++i) {
            float *row = points.row(i);
            double square = 0;
            for (std::int64_t k = 0; k < points.dimensions; ++k)
                square += double(row[k]) * double(row[k]);
            const double scale = square > 0 ? 1 / std::sqrt(square) : 0;
            for (std::int64_t k = 0; k < points.dimensions; ++k)
                row[k] = float(double(row[k]) * scale);
        }
    });
}

} // namespace orrery::maps
