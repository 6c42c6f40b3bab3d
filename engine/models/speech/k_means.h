// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/task.h"
#include "engine/models/step_pacer.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace orrery::speech {

struct KMeansOptions
{
    std::int64_t clusters = 100;
    std::uint64_t seed = 1;
    int mostRounds = 100; ///< larger: nearer to a place that does not move any more
    double enough = 1e-4; ///< ends when a round lowers the mean distance by less than this share
};

struct KMeansResult
{
    at::Tensor centres;  ///< float [K, D]
    double distance = 0; ///< mean squared distance of a row to its centre
    int rounds = 0;
};

/// Clusters of rows by Lloyd's rounds, begun with k-means++; a cluster that loses all its rows begins again at the row
/// that is farthest from its centre. The same rows, options and machine give the same bits, whatever the number of
/// threads. Source: Lloyd 1982, "Least squares quantization in PCM"; Arthur and Vassilvitskii 2007, k-means++.
///
/// @param rows    float [N, D] on the CPU, N at least `clusters`    @param report  told after every round; may be empty
/// @throws Exception{BadInput} when there are fewer different rows than clusters
/// Thread: engine; yields.
Task<KMeansResult> kMeans(StepPacer &pace, at::Tensor rows, KMeansOptions options,
                          std::function<void(int round, double distance)> report);

} // namespace orrery::speech
