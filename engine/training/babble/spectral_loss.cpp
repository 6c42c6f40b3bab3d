// SPDX-License-Identifier: Apache-2.0
#include "engine/training/babble/vocoder_trainer.h"

#include "engine/api/sound.h"

#include <ATen/ATen.h>

#include <cmath>

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

/// Triangles of equal area between 64 mel bands. [bins, 64]
at::Tensor melMatrix()
{
    const auto mel = [](double hertz) { return 1127 * std::log1p(hertz / 700); };
    const std::int64_t bins = kMelWindow / 2 + 1;
    at::Tensor matrix = at::zeros({bins, kBands}, at::kFloat);
    auto rows = matrix.accessor<float, 2>();
    const double step = mel(kSoundRate / 2.0) / double(kBands + 1);
    for (std::int64_t bin = 0; bin < bins; ++bin) {
        const double place = mel(double(bin) * kSoundRate / double(kMelWindow)) / step;
        for (std::int64_t band = 0; band < kBands; ++band)
            rows[bin][band] = float(std::max(0.0, 1 - std::abs(place - double(band + 1))));
    }
    // The lowest bands are narrower than a bin: they take the nearest one.
    for (std::int64_t band = 0; band < kBands; ++band)
        if (matrix.select(1, band).sum().item<float>() == 0) {
            const double hertz = 700 * std::expm1(double(band + 1) * step / 1127);
            rows[std::int64_t(hertz * double(kMelWindow) / kSoundRate + 0.5)][band] = 1;
        }
    return matrix / matrix.sum(0, true);
}

} // namespace

at::Tensor melSpectrum(const at::Tensor &samples)
{
    static const at::Tensor matrix = melMatrix();
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
