// SPDX-License-Identifier: Apache-2.0
#include "engine/training/babble/pitch.h"

#include "engine/api/sound.h"
#include "engine/models/babble/harmonic_noise.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

using speech::kControlHop;
constexpr std::int64_t kWindow = 640, kTransform = 2048;
constexpr double kVoicedFrom = 0.45; ///< of the normalised autocorrelation
constexpr double kOctaveCost = 0.03; ///< of an octave further down
constexpr double kQuietest = 1e-3;   ///< root mean square of a frame that can be voiced
constexpr double kHighest = 2000;    ///< Hz: what is above has no say, for its peaks are sharper than a lag
constexpr double kUsualPitch = 120;  ///< where nothing at all is voiced

struct Peak
{
    double strength = 0, hertz = 0;
};

/// @param values  autocorrelation by lag, 1 at lag 0
Peak bestPeak(const float *values, const float *ofWindow)
{
    const auto shortest = std::int64_t(kSoundRate / speech::kHighestPitch);
    const auto longest = std::int64_t(std::ceil(kSoundRate / speech::kLowestPitch));
    const auto at = [&](std::int64_t lag) { return double(values[lag]) / double(ofWindow[lag]); };
    Peak best;
    double bestScore = -1;
    for (std::int64_t lag = shortest; lag <= longest; ++lag) {
        const double here = at(lag), before = at(lag - 1), after = at(lag + 1);
        if (here < before || here <= after)
            continue;
        const double curve = before - 2 * here + after;
        const double shift = curve < 0 ? 0.5 * (before - after) / curve : 0;
        const double strength = here - 0.25 * (before - after) * shift;
        const double period = double(lag) + shift;
        const double score = strength - kOctaveCost * std::log2(period / double(shortest));
        if (score > bestScore) {
            bestScore = score;
            best = {strength, kSoundRate / period};
        }
    }
    best.hertz = std::clamp(best.hertz, speech::kLowestPitch, speech::kHighestPitch);
    return best;
}

void fillGaps(PitchTrack &track)
{
    const std::size_t count = track.hertz.size();
    std::size_t last = count; // voiced frame before
    for (std::size_t i = 0; i <= count; ++i) {
        if (i < count && !track.voiced[i])
            continue;
        const std::size_t first = last == count ? 0 : last + 1;
        for (std::size_t gap = first; gap < i; ++gap) {
            if (last == count && i == count)
                track.hertz[gap] = float(kUsualPitch);
            else if (last == count)
                track.hertz[gap] = track.hertz[i];
            else if (i == count)
                track.hertz[gap] = track.hertz[last];
            else
                track.hertz[gap] =
                    track.hertz[last] + (track.hertz[i] - track.hertz[last]) * float(gap - last) / float(i - last);
        }
        last = i;
    }
}

} // namespace

double PitchTrack::mean() const
{
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < hertz.size(); ++i)
        if (voiced[i]) {
            sum += std::log(double(hertz[i]));
            ++count;
        }
    return count > 0 ? std::exp(sum / count) : 0;
}

PitchTrack pitchOf(const at::Tensor &samples)
{
    PitchTrack track;
    const std::int64_t frames = samples.size(0) / kControlHop;
    if (frames == 0)
        return track;
    const std::int64_t side = (kWindow - kControlHop) / 2;
    const at::Tensor window = at::hann_window(kWindow, true, at::kFloat);
    const at::Tensor pieces = at::constant_pad_nd(samples.narrow(0, 0, frames * kControlHop), {side, side})
                                  .unfold(0, kWindow, kControlHop); // [F, kWindow]
    const at::Tensor centred = (pieces - pieces.mean(1, true)) * window;
    const auto correlation = [](const at::Tensor &rows, double highest) {
        const at::Tensor spectrum = at::fft_rfft(rows, kTransform, -1);
        const at::Tensor power = at::view_as_real(spectrum).square().sum(-1);
        const auto bins = std::min(power.size(1), std::int64_t(highest * double(kTransform) / kSoundRate) + 1);
        power.narrow(1, bins, power.size(1) - bins).zero_();
        const at::Tensor lags = at::fft_irfft(at::complex(power, at::zeros_like(power)), kTransform, -1);
        return (lags / lags.narrow(1, 0, 1).clamp_min(1e-12)).contiguous();
    };
    const at::Tensor lags = correlation(centred, kHighest);
    const at::Tensor ofWindow = correlation(window.unsqueeze(0), kSoundRate);
    const at::Tensor loudness = pieces.square().mean(1).sqrt().contiguous();
    std::vector<float> raw(static_cast<std::size_t>(frames), 0.0F); // 0: not voiced
    for (std::int64_t i = 0; i < frames; ++i) {
        const Peak peak = bestPeak(lags.const_data_ptr<float>() + i * kTransform, ofWindow.const_data_ptr<float>());
        if (peak.strength > kVoicedFrom && double(loudness.const_data_ptr<float>()[i]) > kQuietest)
            raw[static_cast<std::size_t>(i)] = float(peak.hertz);
    }
    track.hertz = raw;
    for (std::size_t i = 1; i + 1 < raw.size(); ++i) {
        float three[3] = {raw[i - 1], raw[i], raw[i + 1]};
        std::sort(three, three + 3);
        track.hertz[i] = three[1];
    }
    for (const float hertz : track.hertz)
        track.voiced.push_back(hertz > 0);
    fillGaps(track);
    return track;
}

} // namespace orrery::training
