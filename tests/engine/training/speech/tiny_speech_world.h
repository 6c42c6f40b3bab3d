// SPDX-License-Identifier: Apache-2.0
/// A Speech World of tones, made without a synthesiser: phone p is a tone of its own, a voice is how much of the octave
/// sounds with it.
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

inline constexpr int kTinyPhones = 6; ///< the first is silence
inline constexpr int kTinyVoices = 4; ///< the last is held out

inline double tinyTone(int phone)
{
    return 250 * std::pow(1.7, phone); // Hz: 425 … 3,550
}

/// Utterances of about a second, in turn by each voice.
inline void writeTinySpeechWorld(const std::string &file, int utterances = 16)
{
    std::vector<std::int16_t> samples;
    std::vector<std::int64_t> begin, start;
    std::vector<std::int32_t> voice, language, phone;
    std::vector<std::string> texts;
    std::uint32_t lot = 12345;
    const auto below = [&](std::uint32_t n) {
        lot = lot * 1664525U + 1013904223U;
        return (lot >> 8) % n;
    };
    for (int u = 0; u < utterances; ++u) {
        begin.push_back(std::int64_t(samples.size()));
        voice.push_back(u % kTinyVoices);
        language.push_back(0);
        texts.push_back("utterance " + std::to_string(u));
        for (int p = 0; p < 6; ++p) {
            const int which = p == 0 ? 0 : int(below(kTinyPhones));
            phone.push_back(which);
            start.push_back(std::int64_t(samples.size()));
            const double octave = 0.3 * (u % kTinyVoices);
            for (std::uint32_t i = 0, count = 1600 + below(1600); i < count; ++i) {
                const double angle = 2 * std::numbers::pi * tinyTone(which) * double(i) / 16000;
                const double hiss = double(below(200)) - 100;
                const double tone = which == 0 ? 0 : 8000 * (std::sin(angle) + octave * std::sin(2 * angle));
                samples.push_back(std::int16_t(tone + hiss));
            }
        }
    }
    begin.push_back(std::int64_t(samples.size()));
    const auto item = [](const char *name, Dtype dtype, const auto &values) {
        return SafetensorsItem{name, dtype, {std::int64_t(values.size())}, std::as_bytes(std::span(values))};
    };
    Json phones = Json::array({""}), voices = Json::array();
    for (int p = 1; p < kTinyPhones; ++p)
        phones.push_back(std::string(1, char('a' + p)));
    for (int v = 0; v < kTinyVoices; ++v)
        voices.push_back("voice " + std::to_string(v));
    const Json description{{"phones", phones},
                           {"voices", voices},
                           {"held_out", {kTinyVoices - 1}},
                           {"languages", {"tone"}},
                           {"texts", texts}};
    writeSafetensors(file,
                     {item("samples", Dtype::I16, samples), item("utterance", Dtype::I64, begin),
                      item("voice", Dtype::I32, voice), item("language", Dtype::I32, language),
                      item("phone", Dtype::I32, phone), item("phone_start", Dtype::I64, start)},
                     {{"speech_world", description.dump()}});
}

} // namespace orrery::training::test
