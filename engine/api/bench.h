// SPDX-License-Identifier: Apache-2.0
/// Jobs that measure the engine itself: a load to work under, a small job that wants an answer at once, and how long
/// models take.
#pragma once

#include "engine/api/precision.h"
#include "engine/core/job.h"

#include <cstdint>
#include <optional>
#include <string>
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

/// Decoding with a cache by a language model of units, GPT-2's folders among them: always the likeliest unit.
struct DecodeRequest
{
    std::string model; ///< built-in id or folder
    Precision precision = Precision::Exact;
    int prompt = 16;  ///< units that are read first
    int tokens = 128; ///< units that are written
    int repeats = 5;
};
struct DecodeResult
{
    std::vector<double> tokenMs;  ///< of every repeat: milliseconds a written unit, reading the prompt included
    bool halved = false;          ///< it was computed in bfloat16 (see Precision::Fast)
    std::optional<double> cosine; ///< where it was: the smallest of scores to those of float32, behind every unit
};
inline constexpr JobType<DecodeRequest, DecodeResult> kDecode{"bench.decode"};

/// Evaluations of a Stable Diffusion's UNet, of noise and words by lot.
struct UnetRequest
{
    std::string model; ///< folder or single file
    Precision precision = Precision::Exact;
    int batch = 2; ///< with guidance every step evaluates two
    int repeats = 3;
};
struct UnetResult
{
    std::vector<double> stepMs;   ///< of every repeat
    double norm = 0;              ///< of the answer: proof that it was computed
    bool halved = false;          ///< it was computed in bfloat16
    std::optional<double> cosine; ///< where it was: of the answer to that of float32
};
inline constexpr JobType<UnetRequest, UnetResult> kUnet{"bench.unet"};

} // namespace orrery::bench
