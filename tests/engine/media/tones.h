// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace orrery::test {

inline constexpr double kPi = 3.14159265358979323846;

/// A sine that begins and ends at full level. @param rate, hz  Hz
inline std::vector<float> tone(double rate, double seconds, double hz, double level)
{
    std::vector<float> samples(static_cast<std::size_t>(rate * seconds));
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = float(level * std::sin(2 * kPi * hz * double(i) / rate));
    return samples;
}

struct Level
{
    double tone = 0; ///< amplitude of the sine of that frequency
    double rest = 0; ///< amplitude of a sine with the power of all that is not it
};

/// Over the middle half, where no filter has an end to swing at.
inline Level levelAt(const std::vector<float> &samples, double rate, double hz)
{
    const std::size_t from = samples.size() / 4, to = samples.size() * 3 / 4;
    double sine = 0, cosine = 0;
    // Whole periods only, so that sine and cosine are orthogonal.
    const double period = rate / hz;
    const auto end = from + std::size_t(std::floor(double(to - from) / period) * period);
    for (std::size_t i = from; i < end; ++i) {
        sine += samples[i] * std::sin(2 * kPi * hz * double(i) / rate);
        cosine += samples[i] * std::cos(2 * kPi * hz * double(i) / rate);
    }
    const double count = double(end - from);
    sine *= 2 / count;
    cosine *= 2 / count;
    double rest = 0;
    for (std::size_t i = from; i < end; ++i) {
        const double phase = 2 * kPi * hz * double(i) / rate;
        const double difference = samples[i] - sine * std::sin(phase) - cosine * std::cos(phase);
        rest += difference * difference;
    }
    return {std::hypot(sine, cosine), std::sqrt(2 * rest / count)};
}

} // namespace orrery::test
