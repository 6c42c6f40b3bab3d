// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace orrery::maps {

/// A turn, perhaps a mirroring, a shift and a scale of the plane: to + matrix (y − from).
struct Alignment
{
    double matrix[2][2] = {{1, 0}, {0, 1}}; ///< rows; orthogonal, times the scale
    double from[2] = {0, 0}, to[2] = {0, 0};
    double disparity = 0; ///< squared distances that remain, as a share of the reference's squared spread; 1 where the
                          ///< reference lies in one place and the map does not

    /// @param positions  [N, 2]
    std::vector<float> applied(const std::vector<float> &positions) const;
};

/// The alignment that leaves the smallest sum of squared distances between `map` and `reference`, both [N, 2], N at
/// least 1, finite. Of two orthogonal matrices, the best turn and the best mirroring, the better one; both have a
/// closed form in the plane. Sums run in the order of the rows, in double precision. Source: Schönemann 1966,
/// doi:10.1007/BF02289451. @param scale  let the map grow or shrink, too. Thread: any.
Alignment alignmentOf(const std::vector<float> &reference, const std::vector<float> &map, bool scale);

} // namespace orrery::maps
