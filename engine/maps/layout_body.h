// SPDX-License-Identifier: Apache-2.0
/// Loops of the layout, for one instruction set. Included once by each kernels_*.cpp, and by nothing else.
#pragma once

#include "engine/maps/kernels.h"
#include "engine/maps/vector.h"

namespace orrery::maps {
namespace {

void attract(const float *positions, AffinityRows rows, std::int64_t first, std::int64_t last, float *force)
{
    const Vector one = all(1);
    for (std::int64_t i = first; i < last; ++i) {
        const Vector x = all(positions[2 * i]), y = all(positions[2 * i + 1]);
        Vector sumX = all(0), sumY = all(0);
        for (std::int64_t e = rows.first[i]; e < rows.first[i + 1]; e += kLanes) {
            const Pairs other = loadPairs(positions, rows.index + e);
            const Vector dx = sub(x, other.x), dy = sub(y, other.y);
            const Vector weight = div(load(rows.value + e), mulAdd(dx, dx, mulAdd(dy, dy, one)));
            sumX = mulAdd(weight, dx, sumX);
            sumY = mulAdd(weight, dy, sumY);
        }
        force[2 * i] = sumOf(sumX);
        force[2 * i + 1] = sumOf(sumY);
    }
}

void repelAll(const float *x, const float *y, std::int64_t padded, const float *positions, std::int64_t first,
              std::int64_t last, float *force, float *mass)
{
    const Vector one = all(1);
    for (std::int64_t i = first; i < last; ++i) {
        const Vector xi = all(positions[2 * i]), yi = all(positions[2 * i + 1]);
        Vector sumX = all(0), sumY = all(0), sum = all(0);
        for (std::int64_t j = 0; j < padded; j += kLanes) {
            const Vector dx = sub(xi, load(x + j)), dy = sub(yi, load(y + j));
            const Vector near = div(one, mulAdd(dx, dx, mulAdd(dy, dy, one)));
            const Vector square = mul(near, near);
            sum = add(sum, near);
            sumX = mulAdd(square, dx, sumX);
            sumY = mulAdd(square, dy, sumY);
        }
        force[2 * i] = sumOf(sumX);
        force[2 * i + 1] = sumOf(sumY);
        mass[i] = sumOf(sum);
    }
}

/// Weights of the four nodes around a place, t in [0, 1) beyond the second: cubic B-spline.
inline void splineWeights(float t, float *weights)
{
    const float u = 1 - t, t2 = t * t, u2 = u * u;
    constexpr float kSixth = 1.0F / 6;
    weights[0] = u2 * u * kSixth;
    weights[3] = t2 * t * kSixth;
    weights[1] = (4 - 6 * t2 + 3 * t2 * t) * kSixth;
    weights[2] = (4 - 6 * u2 + 3 * u2 * u) * kSixth;
}

/// The first of the four nodes, and their weights.
inline std::int64_t placeOn(float position, float origin, float perSpacing, float *weights)
{
    const float at = (position - origin) * perSpacing;
    const auto node = std::int64_t(at); // not negative: the origin lies beyond all points
    splineWeights(at - float(node), weights);
    return node - 1;
}

void spread(const float *positions, std::int64_t count, GridPlace place, float *grid)
{
    for (std::int64_t i = 0; i < count; ++i) {
        float wx[4], wy[4];
        const std::int64_t x = placeOn(positions[2 * i], place.originX, place.perSpacing, wx);
        const std::int64_t y = placeOn(positions[2 * i + 1], place.originY, place.perSpacing, wy);
        for (std::int64_t a = 0; a < 4; ++a) {
            float *row = grid + (x + a) * place.stride + y;
            const __m128 old = _mm_loadu_ps(row);
            _mm_storeu_ps(row, _mm_add_ps(old, _mm_mul_ps(_mm_set1_ps(wx[a]), _mm_loadu_ps(wy))));
        }
    }
}

void gather(const float *positions, std::int64_t first, std::int64_t last, GridPlace place, const float *field,
            float *force)
{
    for (std::int64_t i = first; i < last; ++i) {
        float wx[4], wy[4];
        const std::int64_t x = placeOn(positions[2 * i], place.originX, place.perSpacing, wx);
        const std::int64_t y = placeOn(positions[2 * i + 1], place.originY, place.perSpacing, wy);
        __m128 low = _mm_setzero_ps(), high = _mm_setzero_ps(); // two nodes of two numbers each
        for (std::int64_t a = 0; a < 4; ++a) {
            const float *row = field + 2 * ((x + a) * place.stride + y);
            const __m128 weight = _mm_set1_ps(wx[a]);
            low = _mm_add_ps(low, _mm_mul_ps(weight, _mm_loadu_ps(row)));
            high = _mm_add_ps(high, _mm_mul_ps(weight, _mm_loadu_ps(row + 4)));
        }
        const __m128 w = _mm_loadu_ps(wy);
        const __m128 sum = _mm_add_ps(_mm_mul_ps(low, _mm_unpacklo_ps(w, w)), _mm_mul_ps(high, _mm_unpackhi_ps(w, w)));
        float pairs[4];
        _mm_storeu_ps(pairs, sum);
        force[2 * i] = pairs[0] + pairs[2];
        force[2 * i + 1] = pairs[1] + pairs[3];
    }
}

} // namespace
} // namespace orrery::maps
