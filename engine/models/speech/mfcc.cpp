// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/mfcc.h"

#include "engine/api/sound.h"
#include "engine/models/side_by_side.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace orrery::speech {
namespace {

constexpr std::int64_t kTransform = 512; // points, the power of two above 25 ms
constexpr std::int64_t kFilters = 23;
constexpr double kLowest = 20, kHighest = kSoundRate / 2.0; // Hz
constexpr double kEmphasis = 0.97;
constexpr double kLifter = 22;
constexpr std::int64_t kFrames = 256; // computed in one piece

double mel(double frequency)
{
    return 1127 * std::log(1 + frequency / 700);
}

/// Hann's window to the power 0.85, as Povey has it: it ends at zero but is wider. [400]
at::Tensor makeWindow()
{
    const at::Tensor window = at::empty({kMfccReach}, at::kFloat);
    float *values = window.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < kMfccReach; ++i) {
        const double hann = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * double(i) / double(kMfccReach - 1));
        values[i] = float(std::pow(hann, 0.85));
    }
    return window;
}

/// Triangles on the mel scale, each from the middle of the one before to the middle of the next. [257, 23]
at::Tensor makeFilters()
{
    const at::Tensor filters = at::zeros({kTransform / 2 + 1, kFilters}, at::kFloat);
    float *values = filters.mutable_data_ptr<float>();
    const double low = mel(kLowest), step = (mel(kHighest) - low) / double(kFilters + 1);
    for (std::int64_t bin = 0; bin < kTransform / 2; ++bin) // the last one, half the rate, belongs to none
        for (std::int64_t filter = 0; filter < kFilters; ++filter) {
            const double place = (mel(double(bin) * kSoundRate / double(kTransform)) - low) / step - double(filter);
            values[bin * kFilters + filter] = float(std::max(0.0, std::min(place, 2 - place)));
        }
    return filters;
}

/// The first coefficients of the orthonormal cosine transform, raised by the lifter. [23, 13]
at::Tensor makeCosines()
{
    const at::Tensor cosines = at::empty({kFilters, std::int64_t(kMfccCoefficients)}, at::kFloat);
    float *values = cosines.mutable_data_ptr<float>();
    for (std::int64_t filter = 0; filter < kFilters; ++filter)
        for (int k = 0; k < kMfccCoefficients; ++k) {
            const double norm = std::sqrt((k == 0 ? 1.0 : 2.0) / double(kFilters));
            const double lift = 1 + 0.5 * kLifter * std::sin(std::numbers::pi * k / kLifter);
            *values++ = float(norm * lift * std::cos(std::numbers::pi / double(kFilters) * (double(filter) + 0.5) * k));
        }
    return cosines;
}

} // namespace

at::Tensor cepstra(const at::Tensor &samples)
{
    static const at::Tensor window = makeWindow(), filters = makeFilters(), cosines = makeCosines();
    at::Tensor x = samples.unfold(0, kMfccReach, kMfccHop); // [T, 400]
    x = x - x.mean(1, true);
    const at::Tensor before = at::cat({x.slice(1, 0, 1), x.slice(1, 0, -1)}, 1);
    x = (x - before * kEmphasis) * window;
    const at::Tensor power = at::fft_rfft(x, kTransform, 1).abs().square(); // [T, 257]
    const at::Tensor energies = at::matmul(power, filters).clamp_min(std::numeric_limits<float>::epsilon());
    return at::matmul(energies.log(), cosines);
}

at::Tensor differences(const at::Tensor &frames)
{
    const std::int64_t last = frames.size(0) - 1;
    const auto moved = [&](std::int64_t by) {
        return frames.index_select(0, (at::arange(0, last + 1, at::kLong) + by).clamp(0, last));
    };
    return ((moved(1) - moved(-1)) + (moved(2) - moved(-2)) * 2) / 10;
}

MfccListener::MfccListener()
{
    m_facts.width = kMfccWidth;
    m_facts.hop = kMfccHop;
    m_facts.reach = kMfccReach;
}

Task<std::vector<at::Tensor>> MfccListener::hear(StepPacer &pace, Stretch stretch, std::vector<int> layers)
{
    const std::int64_t frames = m_facts.frames(std::int64_t(stretch.samples.size()));
    const at::Tensor result = at::empty({frames, std::int64_t(kMfccWidth)}, at::kFloat);
    const at::Tensor samples =
        at::from_blob(stretch.samples.data(), {std::int64_t(stretch.samples.size())}, at::kFloat);
    std::function<void(std::int64_t)> work = [&](std::int64_t piece) {
        const std::int64_t first = piece * kFrames, here = std::min(kFrames, frames - first);
        result.narrow(0, first, here)
            .narrow(1, 0, kMfccCoefficients)
            .copy_(cepstra(samples.narrow(0, first * kMfccHop, (here - 1) * kMfccHop + kMfccReach)));
    };
    Task<> all = sideBySide(pace, (frames + kFrames - 1) / kFrames, std::move(work));
    co_await std::move(all);
    if (frames > 0) {
        const at::Tensor plain = result.narrow(1, 0, kMfccCoefficients);
        const at::Tensor slopes = differences(plain);
        const at::Tensor whole = at::cat({plain, slopes, differences(slopes)}, 1);
        result.copy_((whole - whole.mean(0)) / (whole.var(0, false, true) + 1e-10).sqrt());
    }
    co_return std::vector<at::Tensor>(layers.size(), result);
}

} // namespace orrery::speech
