// SPDX-License-Identifier: Apache-2.0
#include "engine/models/babble/harmonic_noise.h"

#include "engine/api/sound.h"
#include "engine/core/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace orrery::speech {

namespace {

constexpr std::int64_t kHop = 80, kWindow = 320, kTransform = 512; ///< samples, of the filter
constexpr std::int64_t kBins = kTransform / 2 + 1;
constexpr double kHighestHarmonic = 7600; ///< Hz
constexpr double kOverlap = 2;            ///< sum of Hann windows at a quarter of their length

double melOf(double hertz)
{
    return 1127 * std::log1p(hertz / 700);
}

/// From M bands to bins: linear between neighbours. Double, which keeps training from taking it for a product that may
/// be rounded to eight bits. [M, kBins]
at::Tensor spreading(std::int64_t bands)
{
    at::Tensor matrix = at::zeros({bands, kBins}, at::kDouble);
    auto rows = matrix.accessor<double, 2>();
    const double top = melOf(kSoundRate / 2.0);
    for (std::int64_t bin = 0; bin < kBins; ++bin) {
        const double place = melOf(double(bin) * kSoundRate / double(kTransform)) / top * double(bands - 1);
        const auto below = std::min<std::int64_t>(bands - 2, std::int64_t(place));
        rows[below][bin] = 1 - (place - double(below));
        rows[below + 1][bin] = place - double(below);
    }
    return matrix;
}

/// Control frames [B, F, M] at the middles of the filter's frames, every 80 samples from −80 to L + 80, so that every
/// sample lies in four of them: [B, 2 F + 3, M].
at::Tensor atFilterFrames(const at::Tensor &control)
{
    const std::int64_t frames = control.size(1);
    const at::Tensor padded = at::cat({control.narrow(1, 0, 1), control, control.narrow(1, frames - 1, 1)}, 1);
    const at::Tensor between = (padded.narrow(1, 0, frames + 1) + padded.narrow(1, 1, frames + 1)) * 0.5;
    std::vector<std::int64_t> shape = control.sizes().vec();
    shape[1] = 2 * frames;
    const at::Tensor pairs = at::stack({between.narrow(1, 0, frames), control}, 2).reshape(shape);
    const at::Tensor last = between.narrow(1, frames, 1);
    return at::cat({pairs.narrow(1, 0, 1), pairs, last, last}, 1);
}

/// Control values at every sample, straight lines between the frames' middles. [B, F] → [B, L]
at::Tensor atSamples(const at::Tensor &control)
{
    return at::upsample_linear1d(control.unsqueeze(1), {control.size(1) * kControlHop}, false).squeeze(1);
}

/// cos φ + cos 2φ + … + cos Kφ in closed form, with K harmonics below the highest and power 1. @param turns  φ / 2π
at::Tensor pulsesAt(const at::Tensor &hertz, const at::Tensor &turns)
{
    const at::Tensor half = (turns - turns.floor()) * std::numbers::pi; // of the phase, in [0, π)
    const at::Tensor count = (kHighestHarmonic / hertz).floor();
    const at::Tensor sine = half.sin();
    const at::Tensor there = sine.abs() < 1e-7; // where the pulse is, all harmonics agree
    const at::Tensor sum = at::where(
        there, count, (count * half).sin() * ((count + 1) * half).cos() / at::where(there, at::ones_like(sine), sine));
    return (sum * (2 / count).sqrt()).to(at::kFloat);
}

} // namespace

at::Tensor pulses(const at::Tensor &pitch, const at::Tensor &voicing)
{
    const at::Tensor hertz = atSamples(pitch.to(at::kDouble)); // [B, L]
    return pulsesAt(hertz, (hertz / double(kSoundRate)).cumsum(1)) * atSamples(voicing);
}

at::Tensor PulseTrain::next(const at::Tensor &pitch, const at::Tensor &voicing, std::int64_t first, std::int64_t last)
{
    // Lines between the middles of frames need a neighbour at each side.
    const std::int64_t begin = std::max<std::int64_t>(0, first - 1), end = std::min(pitch.size(1), last + 1);
    const auto part = [&](const at::Tensor &track) {
        return atSamples(track.narrow(1, begin, end - begin))
            .narrow(1, (first - begin) * kControlHop, (last - first) * kControlHop);
    };
    const at::Tensor hertz = part(pitch.to(at::kDouble));
    const at::Tensor turns = (hertz / double(kSoundRate)).cumsum(1) + m_turns;
    const double reached = turns.select(1, turns.size(1) - 1).item<double>();
    m_turns = reached - std::floor(reached);
    return pulsesAt(hertz, turns) * part(voicing);
}

at::Tensor spread(const at::Tensor &bands)
{
    if (bands.size(-1) < 2)
        throw Exception(ErrorCode::Shape, "An envelope has one band, expected at least two");
    return at::matmul(bands.to(at::kDouble), spreading(bands.size(-1)).to(bands.device())).to(at::kFloat).exp();
}

at::Tensor shaped(const at::Tensor &source, const at::Tensor &bands)
{
    const std::int64_t rows = source.size(0), length = source.size(1), frames = bands.size(1);
    if (length != frames * kControlHop)
        throw Exception(ErrorCode::Shape, std::to_string(length) + " samples for " + std::to_string(frames) +
                                              " frames, expected " + std::to_string(frames * kControlHop));
    const at::Tensor magnitudes = atFilterFrames(spread(bands)); // [B, 2 F + 3, kBins]
    const at::Tensor window = at::hann_window(kWindow, true, source.options());
    const std::int64_t side = (kTransform - kWindow) / 2; // room for what the filter spreads to both sides
    const std::int64_t before = kWindow / 2 + kHop;
    const at::Tensor pieces =
        at::constant_pad_nd(source, {before, before}).unfold(1, kWindow, kHop) * window; // [B, N, kWindow]
    const at::Tensor filtered = at::fft_irfft(
        at::fft_rfft(at::constant_pad_nd(pieces, {side, side}), kTransform, -1) * magnitudes, kTransform, -1);
    const std::int64_t count = filtered.size(1), whole = (count - 1) * kHop + kTransform;
    const at::Tensor joined =
        at::col2im(filtered.transpose(1, 2).contiguous(), {1, whole}, {1, kTransform}, {1, 1}, {0, 0}, {1, kHop});
    return joined.view({rows, whole}).narrow(1, kTransform / 2 + kHop, length) / kOverlap;
}

} // namespace orrery::speech
