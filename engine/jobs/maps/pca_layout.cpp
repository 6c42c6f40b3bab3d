// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/maps/stages.h"

#include <algorithm>

namespace orrery::maps {

Task<void> layOutPca(StepPacer &pace, const EmbedRequest &request, const Points &points, EmbedResult &result,
                     Share share)
{
    const Stopwatch watch;
    Task<Pca> fitting = fitPca(pace, points, request.seed, share);
    const Pca pca = co_await std::move(fitting);
    result.positions = planeOf(pca, points.count);
    double kept = 0;
    for (const double variance : pca.variances)
        kept += variance;
    result.loss = pca.totalVariance > 0 ? std::max(0.0, 1 - kept / pca.totalVariance) : 0;
    result.layoutSeconds = watch.seconds();
}

} // namespace orrery::maps
