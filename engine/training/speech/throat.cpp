// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/throat.h"

#include "engine/maps/fft_plan.h"
#include "engine/maps/kernels.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::training::augment {

namespace {

constexpr std::int64_t kFrame = 512, kHop = kFrame / 2, kBins = kHop + 1;
constexpr std::int64_t kLanes = maps::kFftLanes; ///< frames that are transformed side by side
constexpr std::int64_t kSmooth = 8; ///< bins to both sides: further apart than the harmonics of most voices
constexpr float kMostGain = 3;      ///< nepers: what is not in a sound is not amplified out of its noise

/// So many frames, [kFrame][kLanes].
class Frames
{
public:
    float &re(std::int64_t bin, std::int64_t lane) { return m_re[std::size_t(bin * kLanes + lane)]; }
    float &im(std::int64_t bin, std::int64_t lane) { return m_im[std::size_t(bin * kLanes + lane)]; }
    void transform()
    {
        static const maps::FftPlan plan(kFrame);
        if (maps::kernels().transform(plan.table(), m_re.data(), m_im.data(), m_otherRe.data(), m_otherIm.data())) {
            m_re.swap(m_otherRe);
            m_im.swap(m_otherIm);
        }
    }

private:
    static constexpr std::size_t kAll = std::size_t(kFrame * kLanes);
    std::vector<float> m_re = std::vector<float>(kAll), m_im = std::vector<float>(kAll),
                       m_otherRe = std::vector<float>(kAll), m_otherIm = std::vector<float>(kAll);
};

/// Its square adds up to one over frames that overlap by half.
float window(std::int64_t i)
{
    static const auto all = [] {
        std::array<float, std::size_t(kFrame)> values;
        for (std::size_t k = 0; k < values.size(); ++k)
            values[k] = float(std::sin(std::numbers::pi * (double(k) + 0.5) / kFrame));
        return values;
    }();
    return all[std::size_t(i)];
}

using Spectrum = std::array<float, std::size_t(kBins)>;

/// Nepers that the microphone adds.
Spectrum microphone(const Throat &throat)
{
    Spectrum nepers{};
    for (std::int64_t k = 0; k < kBins; ++k)
        for (std::size_t i = 0; i < throat.tones.size(); ++i)
            nepers[std::size_t(k)] +=
                throat.tones[i] * float(std::cos(std::numbers::pi * double(i + 1) * double(k) / (kBins - 1)));
    return nepers;
}

/// Logarithm of the power, smoothed. @param power  of the bins
Spectrum envelopeOf(const Spectrum &power)
{
    double sum = 0;
    for (const float p : power)
        sum += p;
    const auto least = float(sum / kBins * 1e-6 + 1e-20);
    std::array<double, std::size_t(kBins) + 1> below{}; // sums of all logarithms before a bin
    for (std::size_t k = 0; k < power.size(); ++k)
        below[k + 1] = below[k] + std::log(power[k] + least);
    Spectrum envelope;
    for (std::int64_t k = 0; k < kBins; ++k) {
        const std::int64_t first = std::max<std::int64_t>(0, k - kSmooth), end = std::min(kBins, k + kSmooth + 1);
        envelope[std::size_t(k)] = float((below[std::size_t(end)] - below[std::size_t(first)]) / double(end - first));
    }
    return envelope;
}

/// What every bin is multiplied by.
Spectrum gains(const Throat &throat, const Spectrum &tones, const Spectrum &power)
{
    const Spectrum envelope = envelopeOf(power);
    double sum = 0;
    for (const float e : envelope)
        sum += e;
    const auto mean = float(sum / kBins);
    Spectrum result;
    for (std::int64_t k = 0; k < kBins; ++k) {
        const double place = std::min(double(k) / throat.formants, double(kBins - 1));
        const auto low = std::min(std::size_t(place), std::size_t(kBins - 2));
        const auto part = float(place - double(low));
        const float moved = envelope[low] + part * (envelope[low + 1] - envelope[low]);
        const float wanted = mean + throat.contrast * (moved - mean);
        const float nepers = 0.5f * (wanted - envelope[std::size_t(k)]) + tones[std::size_t(k)];
        result[std::size_t(k)] = std::exp(std::clamp(nepers, -kMostGain, kMostGain));
    }
    return result;
}

} // namespace

Throat anyThroat(Random &random)
{
    Throat throat;
    throat.formants = double(random.uniform(0.82f, 1.22f));
    throat.contrast = random.uniform(0.7f, 1.3f);
    for (std::size_t i = 0; i < throat.tones.size(); ++i)
        throat.tones[i] = 0.3f * random.normal() / float(i + 1);
    return throat;
}

std::vector<float> through(const Throat &throat, const std::vector<float> &sound)
{
    const auto length = std::int64_t(sound.size());
    const std::int64_t count = length / kHop + 2; // the first begins half of itself before the sound
    std::vector<float> result(sound.size(), 0.0f);
    const Spectrum tones = microphone(throat);
    Frames frames;
    for (std::int64_t group = 0; group < count; group += kLanes) {
        for (std::int64_t lane = 0; lane < kLanes; ++lane)
            for (std::int64_t i = 0; i < kFrame; ++i) {
                const std::int64_t at = (group + lane - 1) * kHop + i;
                frames.re(i, lane) = at >= 0 && at < length ? window(i) * sound[std::size_t(at)] : 0;
                frames.im(i, lane) = 0;
            }
        frames.transform();
        for (std::int64_t lane = 0; lane < kLanes; ++lane) {
            Spectrum power;
            for (std::int64_t k = 0; k < kBins; ++k)
                power[std::size_t(k)] =
                    frames.re(k, lane) * frames.re(k, lane) + frames.im(k, lane) * frames.im(k, lane);
            const Spectrum gain = gains(throat, tones, power);
            for (std::int64_t k = 0; k < kFrame; ++k) {
                const float g = gain[std::size_t(std::min(k, kFrame - k))] / float(kFrame);
                frames.re(k, lane) *= g;
                frames.im(k, lane) *= -g; // the conjugate: its transform is the way back
            }
        }
        frames.transform();
        for (std::int64_t lane = 0; lane < kLanes && group + lane < count; ++lane)
            for (std::int64_t i = 0; i < kFrame; ++i)
                if (const std::int64_t at = (group + lane - 1) * kHop + i; at >= 0 && at < length)
                    result[std::size_t(at)] += window(i) * frames.re(i, lane);
    }
    return result;
}

} // namespace orrery::training::augment
