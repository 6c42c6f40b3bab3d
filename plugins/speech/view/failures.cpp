// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/failures.h"

#include <QCoreApplication>

#include <cmath>
#include <numbers>

namespace orrery::speech {

namespace {

QString say(const char *text)
{
    return QCoreApplication::translate("Speech", text);
}

/// Windowed sinc: what lies between two frequencies, in Hz.
std::vector<float> bandPass(double low, double high)
{
    constexpr int kHalf = 200;
    const double pi = std::numbers::pi;
    const auto sinc = [&](double cutoff, int n) {
        const double f = cutoff / kSoundRate;
        return n == 0 ? 2 * f : std::sin(2 * pi * f * n) / (pi * n);
    };
    std::vector<float> taps;
    for (int n = -kHalf; n <= kHalf; ++n) {
        const double window = 0.5 + 0.5 * std::cos(pi * n / (kHalf + 1));
        taps.push_back(float((sinc(high, n) - sinc(low, n)) * window));
    }
    return taps;
}

} // namespace

Samples throughTelephone(const std::vector<float> &samples)
{
    const std::vector<float> taps = bandPass(300, 3400);
    const auto half = std::int64_t(taps.size() / 2), count = std::int64_t(samples.size());
    auto result = std::make_shared<std::vector<float>>(samples.size());
    for (std::int64_t i = 0; i < count; ++i) {
        float sum = 0;
        for (std::int64_t k = std::max<std::int64_t>(0, i - half); k <= std::min(count - 1, i + half); ++k)
            sum += samples[std::size_t(k)] * taps[std::size_t(k - i + half)];
        (*result)[std::size_t(i)] = sum;
    }
    return result;
}

Samples hum(double seconds)
{
    auto result = std::make_shared<std::vector<float>>(std::size_t(seconds * kSoundRate));
    for (std::size_t i = 0; i < result->size(); ++i) {
        const double t = 2 * std::numbers::pi * 100 * double(i) / kSoundRate;
        (*result)[i] =
            float(0.12 * std::sin(t) + 0.08 * std::sin(2 * t) + 0.05 * std::sin(3 * t + 1) + 0.02 * std::sin(6 * t));
    }
    return result;
}

QList<PreparedFailure> preparedFailures()
{
    return {
        {QStringLiteral("hum"),
         say("A hum"),
         say("Nobody speaks, yet there are units: every frame gets the nearest of them, and none says “no speech”. "
             "A steady hum mostly becomes one or two of them, the same that a vowel or a pause may have."),
         {},
         [](const Samples &) { return hum(3); }},
        {QStringLiteral("telephone"),
         say("Over the telephone"),
         say("The same sentence as the example, without what lies below 300 and above 3,400 Hz. You understand it as "
             "well as before, yet many units are others now, those of vowels as well as those of s and sh: units hold "
             "the line as well as the words. Choose a unit to compare the two."),
         {},
         [](const Samples &example) { return example ? throughTelephone(*example) : hum(1); }},
        {QStringLiteral("whisper"),
         say("Whispered"),
         say("The same sentence whispered. Without pitch, and with breath in everything, sounds that differ fall into "
             "the same unit; compare how much of the sentence the most frequent one takes. The model was trained on "
             "voices."),
         QStringLiteral("examples/speech/she_sells_whispered.flac"),
         {}},
    };
}

} // namespace orrery::speech
