// SPDX-License-Identifier: Apache-2.0
/// A Speech World of a few synthetic vowels by three voices, one of them held out, made without a synthesiser.
#pragma once

#include "engine/files/json.h"
#include "engine/files/safetensors.h"

#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <vector>

namespace orrery::training::test {

/// A hum whose harmonics are strong around a vowel's first two formants.
inline void addVowel(std::vector<std::int16_t> &samples, int vowel, double pitch, std::size_t length)
{
    static constexpr double kFormants[4][2] = {{300, 2200}, {700, 1200}, {450, 800}, {500, 1800}};
    for (std::size_t i = 0; i < length; ++i) {
        const double t = double(i) / 16000, edge = std::min(1.0, double(std::min(i, length - i)) / 200);
        double value = 0;
        for (int k = 1; k * pitch < 4000; ++k) {
            double strength = 0;
            for (const double formant : kFormants[vowel])
                strength += std::exp(-std::pow((k * pitch - formant) / 150, 2));
            value += strength * std::sin(2 * std::numbers::pi * k * pitch * t);
        }
        samples.push_back(std::int16_t(5000 * edge * value));
    }
}

/// @param utterances  of 4 to 7 vowels each, 80 to 160 ms long, with silence around
inline void writeTinySpeechWorld(const std::string &file, int utterances = 24)
{
    std::vector<std::int16_t> samples;
    std::vector<std::int64_t> begin;
    std::vector<std::int32_t> voice, language, phone;
    std::vector<std::int64_t> start;
    std::vector<std::string> texts;
    unsigned state = 7;
    const auto draw = [&](unsigned below) {
        state = state * 1664525U + 1013904223U;
        return (state >> 16) % below;
    };
    for (int u = 0; u < utterances; ++u) {
        begin.push_back(std::int64_t(samples.size()));
        voice.push_back(u % 3);
        language.push_back(0);
        std::string text;
        const auto say = [&](int what, std::size_t length) {
            phone.push_back(what);
            start.push_back(std::int64_t(samples.size()));
            if (what == 0)
                samples.resize(samples.size() + length, 0);
            else
                addVowel(samples, what - 1, 110 + 35.0 * (u % 3), length);
        };
        say(0, 1600);
        for (unsigned i = 0, count = 4 + draw(4); i < count; ++i) {
            const int vowel = 1 + int(draw(4));
            text += char('a' + vowel);
            say(vowel, 1280 + 320 * draw(5));
        }
        say(0, 1600);
        texts.push_back(text);
    }
    begin.push_back(std::int64_t(samples.size()));
    Json description;
    description["phones"] = {"", "i", "a", "o", "e"};
    description["voices"] = {"one", "two", "kept"};
    description["held_out"] = {2};
    description["languages"] = {"en"};
    description["texts"] = texts;
    const auto bytes = [](const auto &values) { return std::as_bytes(std::span(values.data(), values.size())); };
    const auto count = [](const auto &values) { return std::int64_t(values.size()); };
    writeSafetensors(file,
                     {{"samples", Dtype::I16, {count(samples)}, bytes(samples)},
                      {"utterance", Dtype::I64, {count(begin)}, bytes(begin)},
                      {"voice", Dtype::I32, {count(voice)}, bytes(voice)},
                      {"language", Dtype::I32, {count(language)}, bytes(language)},
                      {"phone", Dtype::I32, {count(phone)}, bytes(phone)},
                      {"phone_start", Dtype::I64, {count(start)}, bytes(start)}},
                     {{"speech_world", toText(description, -1)}});
}

} // namespace orrery::training::test
