// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/procrustes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace orrery::maps {

namespace {

void meanOf(const std::vector<float> &map, double (&mean)[2])
{
    double sum[2] = {0, 0};
    for (std::size_t i = 0; i < map.size(); i += 2)
        for (std::size_t c = 0; c < 2; ++c)
            sum[c] += double(map[i + c]);
    for (std::size_t c = 0; c < 2; ++c)
        mean[c] = sum[c] / double(map.size() / 2);
}

} // namespace

std::vector<float> Alignment::applied(const std::vector<float> &positions) const
{
    std::vector<float> result(positions.size());
    for (std::size_t i = 0; i < positions.size(); i += 2) {
        const double x = double(positions[i]) - from[0], y = double(positions[i + 1]) - from[1];
        for (std::size_t c = 0; c < 2; ++c)
            result[i + c] = float(to[c] + matrix[c][0] * x + matrix[c][1] * y);
    }
    return result;
}

Alignment alignmentOf(const std::vector<float> &reference, const std::vector<float> &map, bool scale)
{
    Alignment found;
    meanOf(map, found.from);
    meanOf(reference, found.to);
    double product[2][2] = {{0, 0}, {0, 0}}; // Σ of reference × map, both centred
    double mapSpread = 0, referenceSpread = 0;
    for (std::size_t i = 0; i < map.size(); i += 2) {
        double m[2], r[2];
        for (std::size_t c = 0; c < 2; ++c) {
            m[c] = double(map[i + c]) - found.from[c];
            r[c] = double(reference[i + c]) - found.to[c];
            mapSpread += m[c] * m[c];
            referenceSpread += r[c] * r[c];
        }
        for (std::size_t a = 0; a < 2; ++a)
            for (std::size_t b = 0; b < 2; ++b)
                product[a][b] += r[a] * m[b];
    }
    // A turn by the angle t gains cos t (p00 + p11) + sin t (p10 − p01), a mirroring cos t (p00 − p11) + sin t (p10 +
    // p01): most where (cos t, sin t) points along the two sums, and as much as these are long.
    const double turn[2] = {product[0][0] + product[1][1], product[1][0] - product[0][1]};
    const double mirror[2] = {product[0][0] - product[1][1], product[1][0] + product[0][1]};
    const double turnGain = std::hypot(turn[0], turn[1]), mirrorGain = std::hypot(mirror[0], mirror[1]);
    const bool mirrors = mirrorGain > turnGain;
    const double gain = mirrors ? mirrorGain : turnGain;
    const double size = scale && mapSpread > 0 ? gain / mapSpread : 1;
    const double cosine = gain > 0 ? (mirrors ? mirror : turn)[0] / gain : 1;
    const double sine = gain > 0 ? (mirrors ? mirror : turn)[1] / gain : 0;
    found.matrix[0][0] = size * cosine;
    found.matrix[1][0] = size * sine;
    found.matrix[0][1] = size * (mirrors ? sine : -sine);
    found.matrix[1][1] = size * (mirrors ? -cosine : cosine);
    const double left = std::max(0.0, referenceSpread - 2 * size * gain + size * size * mapSpread);
    found.disparity = referenceSpread > 0 ? left / referenceSpread : left > 0 ? 1 : 0;
    return found;
}

} // namespace orrery::maps
