// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace orrery::maps {

/// Points as rows: float32 [N, D], N points of D numbers.
struct Points
{
    std::int64_t count = 0;
    std::int64_t dimensions = 0;
    std::vector<float> values;

    const float *row(std::int64_t i) const { return values.data() + i * dimensions; }
    float *row(std::int64_t i) { return values.data() + i * dimensions; }
};

/// [D] summed in an order that depends on nothing but the shape.
std::vector<double> meanOf(const float *values, std::int64_t count, std::int64_t dimensions);
/// The points minus a mean.
Points centred(const float *values, std::int64_t count, std::int64_t dimensions, const std::vector<double> &mean);
/// The points minus their mean: distances stay, and products of float32 lose fewer digits.
Points centred(const float *values, std::int64_t count, std::int64_t dimensions);

/// Scales the points to length one, so that half the squared euclidean distance is the cosine distance. A point at the
/// origin stays there: it has no direction, and the job refuses it.
void normaliseRows(Points &points);

} // namespace orrery::maps
