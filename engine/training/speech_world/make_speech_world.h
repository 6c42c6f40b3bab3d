// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/speech_world/speech_world_builder.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace orrery::training {

/// A language of eSpeak, and CLDR's file of its words.
struct SpeechLanguage
{
    std::string voice; ///< "en-us"
    std::string words; ///< "en"
    int weight = 1;    ///< larger: more of it
};

/// What to make Speech World from. The defaults are Debian's packages espeak-ng and unicode-cldr-core.
struct SpeechWorldOptions
{
    std::string out; ///< file to write
    std::string annotations = "/usr/share/unicode/cldr/common/annotations";
    double hours = 2; ///< of sound; larger: more to learn from, 110 MB an hour
    std::uint64_t seed = 1;
    /// Share of the utterances that Flite's recorded voices speak, in English; 0: none, and Flite is not needed.
    float recorded = 0;
    std::vector<SpeechLanguage> languages = {{"en-us", "en", 6}, {"en", "en", 6}, {"de", "de", 2}, {"fr", "fr", 2},
                                             {"es", "es", 2},    {"it", "it", 1}, {"pt", "pt", 1}, {"nl", "nl", 1},
                                             {"sv", "sv", 1},    {"pl", "pl", 1}, {"tr", "tr", 1}, {"fi", "fi", 1}};
};

/// Writes Speech World: speech of many synthetic voices, clean, with the times of its phones, as one safetensors file:
/// `samples` I16 [N] at 16 kHz, all utterances behind one another; `utterance` I64 [U + 1], where each begins;
/// `voice` I32 [U] and `language` I32 [U]; `phone` I32 [P] and `phone_start` I64 [P] (into `samples`), where each
/// lasts until the next. The metadata "speech_world" is JSON with phones (IPA; the first is silence, ""), voices,
/// `held_out` (indices of voices that training leaves out; only of eSpeak's, for there are few recorded ones),
/// languages, texts and provenance. Noise, rooms and channels are added while training.
///
/// The same packages and options give the same texts, speakers and phones in the same order. Their sound differs a
/// little from run to run, because eSpeak's hisses and hums are random; keep the file when a run must be repeated.
/// @throws Exception{NotFound} naming the package that is missing
/// Thread: any. Needs no LibTorch.
SpeechWorldSummary makeSpeechWorld(const SpeechWorldOptions &options,
                                   const std::function<void(double, const std::string &)> &progress = {});

} // namespace orrery::training
