// SPDX-License-Identifier: Apache-2.0
#include "engine/training/babble/vocoder_trainer.h"

#include "engine/api/sound.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace orrery::training {

namespace {

constexpr double kFloor = 3e-4; ///< of magnitudes: what is quieter cannot be heard beside speech
constexpr std::int64_t kBands = 64, kMelWindow = 512, kMelHop = 160;
constexpr double kMelWeight = 2;

/// Magnitudes of a short-time Fourier transform, noise of deviation 1 giving about 1. [B, L] → [B, N, size / 2 + 1]
at::Tensor magnitudes(const at::Tensor &samples, std::int64_t size, std::int64_t hop)
{
    const at::Tensor window = at::hann_window(size, true, samples.options());
    const at::Tensor pieces = at::constant_pad_nd(samples, {size / 2, size / 2}).unfold(1, size, hop) * window;
    const at::Tensor spectrum = at::view_as_real(at::fft_rfft(pieces, size, -1));
    const double scale = 1 / (0.375 * double(size)); // sum of the squares of a Hann window
    return (spectrum.square().sum(-1) * scale + 1e-10).sqrt();
}

/// Triangles of equal area between 64 mel bands: [bins, 64], row after row. Plain numbers, because a job that learns
/// cannot use what one that does not has made.
std::vector<float> melWeights()
{
    const auto mel = [](double hertz) { return 1127 * std::log1p(hertz / 700); };
    constexpr std::int64_t kBins = kMelWindow / 2 + 1;
    std::vector<float> weights(std::size_t(kBins * kBands));
    const double step = mel(kSoundRate / 2.0) / double(kBands + 1);
    for (std::int64_t band = 0; band < kBands; ++band) {
        double sum = 0;
        std::vector<double> column(std::size_t(kBins), 0.0);
        for (std::int64_t bin = 0; bin < kBins; ++bin) {
            const double place = mel(double(bin) * kSoundRate / double(kMelWindow)) / step;
            sum += column[std::size_t(bin)] = std::max(0.0, 1 - std::abs(place - double(band + 1)));
        }
        if (sum == 0) { // narrower than a bin: the nearest one
            const double hertz = 700 * std::expm1(double(band + 1) * step / 1127);
            sum = column[std::size_t(hertz * double(kMelWindow) / kSoundRate + 0.5)] = 1;
        }
        for (std::int64_t bin = 0; bin < kBins; ++bin)
            weights[std::size_t(bin * kBands + band)] = float(column[std::size_t(bin)] / sum);
    }
    return weights;
}

} // namespace

at::Tensor melSpectrum(const at::Tensor &samples)
{
    static std::vector<float> weights = melWeights();
    const at::Tensor matrix = at::from_blob(weights.data(), {kMelWindow / 2 + 1, kBands}, at::kFloat);
    return (at::matmul(magnitudes(samples, kMelWindow, kMelHop), matrix.to(samples.device())) + kFloor).log();
}

at::Tensor spectralLoss(const at::Tensor &a, const at::Tensor &b)
{
    at::Tensor loss = (melSpectrum(a) - melSpectrum(b)).abs().mean() * kMelWeight;
    for (const std::int64_t size : {1024, 512, 256}) {
        const at::Tensor x = magnitudes(a, size, size / 4), y = magnitudes(b, size, size / 4);
        loss = loss + ((x + kFloor).log() - (y + kFloor).log()).abs().mean() +
               (x - y).square().sum().sqrt() / y.square().sum().sqrt().clamp_min(1e-3);
    }
    return loss;
}

} // namespace orrery::training
