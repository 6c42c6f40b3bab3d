// SPDX-License-Identifier: Apache-2.0
/// Jobs that measure the engine itself: a load to work under, and a small job that wants an answer at once.
#pragma once

#include "engine/core/job.h"

#include <cstdint>
#include <vector>

namespace orrery::bench {

/// Keeps the engine busy with transformer layers of the size of the built-in models (attention and a feed-forward
/// product with random weights), in steps of about the length asked for. Cancel it, or let it end by itself.
struct BusyRequest
{
    double seconds = 10; ///< how long to run, wall clock; must be positive
    double stepMs = 20;  ///< about how long a step lasts, at least 1; one layer (about a millisecond) is the grain
};
struct BusyResult
{
    std::vector<double> stepMs; ///< length of every step, in order
    std::int64_t layers = 0;    ///< layers computed
    double seconds = 0;         ///< wall clock, with the time that other jobs had
};
/// Progress::partial stays empty; the fraction is time over `seconds`.
inline constexpr JobType<BusyRequest, BusyResult> kBusy{"bench.busy"};

/// A small job like one video frame's: one layer over a few tokens.
struct LiveRequest
{
    std::uint64_t seed = 0; ///< of the tokens
};
struct LiveResult
{
    double norm = 0; ///< of the layer's output: proof that it was computed
};
inline constexpr JobType<LiveRequest, LiveResult> kLive{"bench.live"};

} // namespace orrery::bench
