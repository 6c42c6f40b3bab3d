// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/sound_augmenter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace orrery::training::augment {

namespace {

constexpr double kRate = 16000;

double powerOf(const std::vector<float> &sound)
{
    double sum = 0;
    for (const float x : sound)
        sum += double(x) * double(x);
    return sound.empty() ? 0 : sum / double(sound.size());
}

void toUnitPower(std::vector<float> &sound)
{
    const double power = powerOf(sound);
    if (power <= 0)
        return;
    const auto scale = float(1 / std::sqrt(power));
    for (float &x : sound)
        x *= scale;
}

/// Five numbers of a biquad, the first of the denominator being one.
struct Biquad
{
    double b0, b1, b2, a1, a2;
};

void filter(std::vector<float> &sound, const Biquad &f)
{
    double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    for (float &sample : sound) {
        const double x = sample;
        const double y = f.b0 * x + f.b1 * x1 + f.b2 * x2 - f.a1 * y1 - f.a2 * y2;
        x2 = x1;
        x1 = x;
        y2 = y1;
        y1 = y;
        sample = float(y);
    }
}

Biquad butterworth(double hertz, bool low)
{
    const double w = 2 * std::numbers::pi * std::clamp(hertz, 10.0, 0.49 * kRate) / kRate;
    const double alpha = std::sin(w) / std::numbers::sqrt2, a0 = 1 + alpha, c = std::cos(w);
    const double middle = low ? 1 - c : -(1 + c);
    return {std::abs(middle) / 2 / a0, middle / a0, std::abs(middle) / 2 / a0, -2 * c / a0, (1 - alpha) / a0};
}

} // namespace

std::vector<float> atSpeed(const std::vector<float> &sound, double speed)
{
    if (sound.size() < 2)
        return sound;
    const auto count = std::size_t(double(sound.size() - 1) / speed) + 1;
    std::vector<float> result(count);
    const auto at = [&](std::ptrdiff_t i) {
        return sound[std::size_t(std::clamp<std::ptrdiff_t>(i, 0, std::ptrdiff_t(sound.size()) - 1))];
    };
    for (std::size_t i = 0; i < count; ++i) {
        const double place = double(i) * speed;
        const auto whole = std::ptrdiff_t(place);
        const auto t = float(place - double(whole));
        const float a = at(whole - 1), b = at(whole), c = at(whole + 1), d = at(whole + 2);
        // Catmull and Rom's spline.
        result[i] = b + 0.5f * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
    }
    return result;
}

std::vector<float> inRoom(const std::vector<float> &sound, double seconds, float wet, Random &random)
{
    constexpr int kEchoes = 120;
    std::vector<float> result = sound;
    const double fall = std::log(1000.0) / (seconds * kRate); // of the amplitude, a sample
    for (int i = 0; i < kEchoes; ++i) {
        // Denser with time, as reflections of reflections are.
        const auto delay = std::size_t(32 + seconds * kRate * std::sqrt(double(random.uniform())));
        const float gain = wet * random.normal() * float(std::exp(-fall * double(delay)));
        for (std::size_t t = delay; t < sound.size(); ++t)
            result[t] += gain * sound[t - delay];
    }
    return result;
}

void highPass(std::vector<float> &sound, double hertz)
{
    filter(sound, butterworth(hertz, false));
}

void lowPass(std::vector<float> &sound, double hertz)
{
    filter(sound, butterworth(hertz, true));
}

void tilt(std::vector<float> &sound, float amount)
{
    float last = 0, out = 0;
    for (float &x : sound) {
        const float here = x;
        if (amount < 0) { // brighter: what stayed the same is taken away
            x = here + amount * last;
        } else { // darker: what was is kept
            out = (1 - amount) * here + amount * out;
            x = out;
        }
        last = here;
    }
}

void addAt(std::vector<float> &sound, const std::vector<float> &noise, double decibels)
{
    const double speech = powerOf(sound), other = powerOf(noise);
    if (speech <= 0 || other <= 0)
        return;
    const auto gain = float(std::sqrt(speech / other * std::pow(10.0, -decibels / 10)));
    for (std::size_t i = 0; i < std::min(sound.size(), noise.size()); ++i)
        sound[i] += gain * noise[i];
}

std::vector<float> noise(std::size_t samples, float colour, Random &random)
{
    std::vector<float> result(samples);
    // White, pink by Kellet's three poles, brown by one; neighbours are blended.
    float p0 = 0, p1 = 0, p2 = 0, brown = 0;
    for (float &x : result) {
        const float white = random.normal();
        p0 = 0.99765f * p0 + white * 0.0990460f;
        p1 = 0.96300f * p1 + white * 0.2965164f;
        p2 = 0.57000f * p2 + white * 1.0526913f;
        const float pink = 0.35f * (p0 + p1 + p2 + white * 0.1848f);
        brown = 0.995f * brown + 0.1f * white;
        x = colour < 1 ? (1 - colour) * white + colour * pink : (2 - colour) * pink + (colour - 1) * brown;
    }
    toUnitPower(result);
    return result;
}

std::vector<float> hum(std::size_t samples, Random &random)
{
    std::vector<float> result(samples, 0.0f);
    const double base = random.chance(0.5f) ? 50 : 60;
    for (int harmonic = 1; harmonic <= 8; ++harmonic) {
        const float loud = random.uniform() / float(harmonic);
        const double phase = 2 * std::numbers::pi * double(random.uniform());
        const double step = 2 * std::numbers::pi * base * harmonic / kRate;
        for (std::size_t i = 0; i < samples; ++i)
            result[i] += loud * float(std::sin(phase + step * double(i)));
    }
    toUnitPower(result);
    return result;
}

void telephone(std::vector<float> &sound)
{
    highPass(sound, 300);
    lowPass(sound, 3400);
    lowPass(sound, 3400);
    constexpr float kMu = 255;
    for (float &x : sound) {
        const float plain = std::clamp(x, -1.0f, 1.0f);
        const float pressed = std::log1p(kMu * std::abs(plain)) / std::log1p(kMu);
        const float kept = std::round(pressed * 127) / 127;
        x = std::copysign(std::expm1(kept * std::log1p(kMu)) / kMu, plain);
    }
}

void toPeak(std::vector<float> &sound, float peak)
{
    float largest = 0;
    for (const float x : sound)
        largest = std::max(largest, std::abs(x));
    if (largest <= 0)
        return;
    for (float &x : sound)
        x = std::clamp(x * peak / largest, -1.0f, 1.0f);
}

void anyway(std::vector<float> &sound, Random &random,
            const std::function<std::vector<float>(std::size_t samples)> &others)
{
    if (random.chance(0.4f))
        sound = inRoom(sound, random.uniform(0.1f, 0.6f), random.uniform(0.05f, 0.3f), random);
    if (random.chance(0.5f))
        tilt(sound, random.uniform(-0.8f, 0.6f));
    if (random.chance(0.4f))
        highPass(sound, random.uniform(50, 350));
    if (random.chance(0.6f)) {
        switch (random.below(others ? 4 : 3)) {
        case 0:
        case 1:
            addAt(sound, noise(sound.size(), random.uniform(0, 2), random), random.uniform(2, 30));
            break;
        case 2:
            addAt(sound, hum(sound.size(), random), random.uniform(5, 30));
            break;
        default:
            addAt(sound, others(sound.size()), random.uniform(5, 25));
            break;
        }
    }
    if (random.chance(0.5f)) { // most of the world's recordings of speech are narrow
        if (random.chance(0.4f)) {
            toPeak(sound, random.uniform(0.2f, 1.0f));
            telephone(sound);
        } else {
            const double edge = random.uniform(3000, 5000);
            for (int i = 0; i < 3; ++i)
                lowPass(sound, edge);
        }
    }
    // Louder than full scale: clipped.
    toPeak(sound, random.chance(0.05f) ? random.uniform(1.0f, 3.0f) : std::pow(10.0f, random.uniform(-1.5f, 0.0f)));
}

} // namespace orrery::training::augment
