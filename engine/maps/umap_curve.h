// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace orrery::maps {

/// How near two points of a UMAP map count as connected: 1 / (1 + a d^2b), d their distance.
struct UmapCurve
{
    double a = 1, b = 1;
};

/// The curve that lies closest (least squares, 300 distances up to 3 × spread) to 1 up to minDistance and
/// exp(−(d − minDistance) / spread) beyond. Source: McInnes, Healy, Melville 2018, section 3.2 and its implementation.
/// Levenberg-Marquardt, to 1e-12. @param minDistance  in [0, spread]. @param spread  positive. Thread: any.
UmapCurve fitCurve(double minDistance, double spread);

} // namespace orrery::maps
