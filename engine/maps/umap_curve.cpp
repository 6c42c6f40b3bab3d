// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/umap_curve.h"

#include <array>
#include <cmath>
#include <cstddef>

namespace orrery::maps {

UmapCurve fitCurve(double minDistance, double spread)
{
    constexpr std::size_t kSamples = 300;
    constexpr int kMostTrials = 500;
    std::array<double, kSamples> distance, wanted;
    for (std::size_t i = 0; i < kSamples; ++i) {
        distance[i] = 3 * double(i) / double(kSamples - 1); // in spreads: a alone knows their length
        wanted[i] = distance[i] < minDistance / spread ? 1 : std::exp(minDistance / spread - distance[i]);
    }
    const auto errorOf = [&](const UmapCurve &curve) {
        double error = 0;
        for (std::size_t i = 0; i < kSamples; ++i)
            error += std::pow(1 / (1 + curve.a * std::pow(distance[i], 2 * curve.b)) - wanted[i], 2);
        return error;
    };
    // In log a and log b, so that both stay positive.
    UmapCurve curve;
    double error = errorOf(curve), damping = 1e-3;
    for (int trial = 0; trial < kMostTrials; ++trial) {
        double aa = 0, ab = 0, bb = 0, ra = 0, rb = 0;
        for (std::size_t i = 1; i < kSamples; ++i) { // at distance zero every curve is 1
            const double term = curve.a * std::pow(distance[i], 2 * curve.b), near = 1 / (1 + term);
            const double slopeA = -term * near * near;
            const double slopeB = slopeA * 2 * curve.b * std::log(distance[i]);
            const double left = near - wanted[i];
            aa += slopeA * slopeA;
            ab += slopeA * slopeB;
            bb += slopeB * slopeB;
            ra += slopeA * left;
            rb += slopeB * left;
        }
        const double m = aa * (1 + damping), n = bb * (1 + damping), determinant = m * n - ab * ab;
        if (!(determinant > 0))
            break;
        const double stepA = (n * ra - ab * rb) / determinant, stepB = (m * rb - ab * ra) / determinant;
        const UmapCurve next{curve.a * std::exp(-stepA), curve.b * std::exp(-stepB)};
        const double nextError = errorOf(next);
        if (!(nextError <= error)) { // NaN and infinity, too
            damping *= 10;
            if (damping > 1e12)
                break;
            continue;
        }
        curve = next;
        error = nextError;
        damping /= 10;
        if (std::abs(stepA) + std::abs(stepB) < 1e-12)
            break;
    }
    curve.a /= std::pow(spread, 2 * curve.b);
    return curve;
}

} // namespace orrery::maps
