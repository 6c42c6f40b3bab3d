// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/mel_spectrum.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery {

namespace {

constexpr double kRate = 16000;

double toMel(double hertz)
{
    return 2595 * std::log10(1 + hertz / 700);
}

double fromMel(double mel)
{
    return 700 * (std::pow(10, mel / 2595) - 1);
}

double bandWidth()
{
    return toMel(kRate / 2) / MelSpectrum::kBands;
}

} // namespace

double MelSpectrum::hertz(double band)
{
    return fromMel((band + 0.5) * bandWidth());
}

double MelSpectrum::band(double hertz)
{
    return toMel(hertz) / bandWidth() - 0.5;
}

MelSpectrum::MelSpectrum() : m_values(kLength), m_turns(kLength / 2), m_order(kLength)
{
    for (int i = 0; i < kLength / 2; ++i)
        m_turns[std::size_t(i)] = std::polar(1.0f, float(-2 * std::numbers::pi * i / kLength));
    for (int i = 0, other = 0; i < kLength; ++i) { // the bits of i, backwards
        m_order[std::size_t(i)] = other;
        int bit = kLength / 2;
        for (; bit >= 1 && (other & bit); bit /= 2)
            other ^= bit;
        other |= bit;
    }
    double sum = 0;
    for (int i = 0; i < kWindow; ++i) {
        m_window[std::size_t(i)] = float(0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / kWindow));
        sum += m_window[std::size_t(i)];
    }
    for (float &value : m_window) // a full-scale sine then has a magnitude of about 1
        value *= float(2 / sum);
    const double bin = kRate / kLength;
    for (int b = 0; b < kBands; ++b) {
        // Triangles; low ones are never narrower than a bin, or they would fall between two.
        const double middle = hertz(b);
        const double low = std::min(hertz(b - 1), middle - bin), high = std::max(hertz(b + 1), middle + bin);
        Filter &filter = m_filters[std::size_t(b)];
        filter.first = std::max(0, int(std::ceil(low / bin)));
        double total = 0;
        for (int i = filter.first; i <= std::min(kLength / 2, int(high / bin)); ++i) {
            const double at = i * bin;
            const double weight = at < middle ? (at - low) / (middle - low) : (high - at) / (high - middle);
            filter.weights.push_back(float(std::max(0.0, weight)));
            total += std::max(0.0, weight);
        }
        for (float &weight : filter.weights)
            weight = total > 0 ? float(weight / total) : 0;
    }
}

void MelSpectrum::transform()
{
    for (int i = 0; i < kLength; ++i)
        if (m_order[std::size_t(i)] > i)
            std::swap(m_values[std::size_t(i)], m_values[std::size_t(m_order[std::size_t(i)])]);
    for (int half = 1; half < kLength; half *= 2) {
        const int step = kLength / (2 * half);
        for (int begin = 0; begin < kLength; begin += 2 * half)
            for (int i = 0; i < half; ++i) {
                std::complex<float> &upper = m_values[std::size_t(begin + i)];
                std::complex<float> &lower = m_values[std::size_t(begin + i + half)];
                const std::complex<float> &turn = m_turns[std::size_t(i * step)];
                // Written out: the library's product looks for infinities.
                const std::complex<float> turned(turn.real() * lower.real() - turn.imag() * lower.imag(),
                                                 turn.real() * lower.imag() + turn.imag() * lower.real());
                lower = upper - turned;
                upper += turned;
            }
    }
}

void MelSpectrum::column(const float *samples, std::int64_t count, std::int64_t middle, std::uint8_t *bands)
{
    std::fill(m_values.begin(), m_values.end(), std::complex<float>());
    const std::int64_t begin = middle - kWindow / 2;
    for (int i = 0; i < kWindow; ++i) {
        const std::int64_t at = begin + i;
        if (at >= 0 && at < count)
            m_values[std::size_t(i)] = samples[at] * m_window[std::size_t(i)];
    }
    transform();
    for (int b = 0; b < kBands; ++b) {
        const Filter &filter = m_filters[std::size_t(b)];
        float power = 0;
        for (std::size_t i = 0; i < filter.weights.size(); ++i)
            power += filter.weights[i] * std::norm(m_values[std::size_t(filter.first) + i]);
        const double db = 10 * std::log10(double(power) + 1e-20);
        bands[b] = std::uint8_t(std::clamp(std::lround((db - kFloorDb) / kStepDb), 0L, 255L));
    }
}

} // namespace orrery
