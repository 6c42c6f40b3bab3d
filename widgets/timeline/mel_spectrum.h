// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <vector>

namespace orrery {

/// What a spectrogram shows: the power of sound at 16 kHz in bands that are equally wide on the mel scale, as decibels.
/// Source: Stevens, Volkmann and Newman 1937 (the scale; the formula is O'Shaughnessy's of 1987); Cooley and Tukey 1965
/// (the transform). Thread: one at a time.
class MelSpectrum
{
public:
    static constexpr int kBands = 96;        ///< from 0 to 8 kHz
    static constexpr int kHop = 80;          ///< samples from column to column: 5 ms
    static constexpr int kWindow = 400;      ///< samples that a column is made of: 25 ms
    static constexpr double kFloorDb = -110; ///< value 0; a full-scale sine is at about 0 dB
    static constexpr double kStepDb = 0.5;   ///< from value to value

    MelSpectrum();
    /// One column, lowest band first. Its middle is at `middle`; sound before 0 and after `count` counts as silence.
    void column(const float *samples, std::int64_t count, std::int64_t middle, std::uint8_t *bands);
    /// Middle of a band.
    static double hertz(double band);
    /// The band, with its fraction, that a frequency lies in.
    static double band(double hertz);

private:
    static constexpr int kLength = 512;
    void transform();

    std::vector<std::complex<float>> m_values, m_turns;
    std::vector<int> m_order;
    std::array<float, kWindow> m_window{};
    struct Filter
    {
        int first = 0;
        std::vector<float> weights;
    };
    std::array<Filter, kBands> m_filters;
};

} // namespace orrery
