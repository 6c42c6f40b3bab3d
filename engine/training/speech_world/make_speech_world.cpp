// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech_world/make_speech_world.h"

#include "engine/core/error.h"
#include "engine/training/speech_world/espeak.h"
#include "engine/training/speech_world/flite.h"
#include "engine/training/speech_world/speech_texts.h"
#include "engine/training/speech_world/speech_world_builder.h"

#include <algorithm>
#include <memory>

namespace orrery::training {

namespace {

constexpr int kRate = 16000;
constexpr std::uint64_t kSpeechStream = 0x59EA;
constexpr int kHeldOutShare = 8;              // one voice in so many
constexpr std::int64_t kLongest = 30 * kRate; // a number may be read for long

/// A voice is held out by its name alone, so that another seed keeps the same ones apart.
bool isHeldOutVoice(const std::string &variant)
{
    std::uint64_t hash = 0xCBF29CE484222325ULL; // FNV-1a
    for (const char c : variant)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return mix(hash) % kHeldOutShare == 0;
}

Speaker drawSpeaker(Random &random, const std::string &voice, const std::string &variant)
{
    Speaker speaker;
    speaker.voice = variant.empty() ? voice : voice + "+" + variant;
    speaker.rate = 110 + random.below(140);
    speaker.pitch = 15 + random.below(70);
    speaker.range = 15 + random.below(70);
    return speaker;
}

RecordedSpeaker drawRecorded(Random &random, int voices)
{
    RecordedSpeaker speaker;
    speaker.voice = random.below(voices);
    speaker.stretch = random.uniform(0.8f, 1.35f);
    speaker.pitch = random.uniform(0.8f, 1.3f);
    return speaker;
}

} // namespace

SpeechWorldSummary makeSpeechWorld(const SpeechWorldOptions &options,
                                   const std::function<void(double, const std::string &)> &progress)
{
    Espeak espeak;
    std::vector<std::string> variants = espeak.variants();
    variants.insert(variants.begin(), ""); // the voice as it is
    SpeechWorldBuilder world;
    for (const std::string &variant : variants)
        world.voice(variant, isHeldOutVoice(variant));
    std::unique_ptr<Flite> flite;
    if (options.recorded > 0) {
        flite = std::make_unique<Flite>();
        for (const std::string &voice : flite->voices())
            world.voice("flite " + voice);
    }
    std::vector<SpeechTexts> texts;
    std::vector<int> lots; // language, as often as its weight
    for (const SpeechLanguage &language : options.languages) {
        lots.insert(lots.end(), static_cast<std::size_t>(language.weight), static_cast<int>(texts.size()));
        world.language(language.voice);
        texts.emplace_back(options.annotations + "/" + language.words + ".xml");
    }
    const auto isEnglish = [](const SpeechLanguage &language) { return language.words == "en"; };
    const auto firstEnglish = std::find_if(options.languages.begin(), options.languages.end(), isEnglish);
    if (options.recorded > 0 && firstEnglish == options.languages.end())
        throw Exception(ErrorCode::BadInput, "dataset speech: recorded voices speak English, which is not among the "
                                             "languages");
    const auto english = static_cast<int>(firstEnglish - options.languages.begin());
    if (lots.empty())
        throw Exception(ErrorCode::BadInput, "dataset speech: there is no language, expected at least one");

    for (std::uint64_t index = 0; world.seconds() < options.hours * 3600; ++index) {
        if (progress && index % 16 == 0)
            progress(world.seconds() / (options.hours * 3600), "utterance " + std::to_string(index + 1));
        Random random(options.seed ^ kSpeechStream << 32, index);
        const bool recorded = flite && random.chance(options.recorded);
        const int language = recorded ? english : lots[static_cast<std::size_t>(random.below(int(lots.size())))];
        const std::string text = texts[static_cast<std::size_t>(language)].draw(random);
        SpokenText spoken;
        int voice = 0;
        if (recorded) {
            const RecordedSpeaker speaker = drawRecorded(random, int(flite->voices().size()));
            voice = static_cast<int>(variants.size()) + speaker.voice;
            spoken = flite->speak(text, speaker);
        } else {
            voice = random.below(static_cast<int>(variants.size()));
            spoken = espeak.speak(text, drawSpeaker(random, options.languages[static_cast<std::size_t>(language)].voice,
                                                    variants[static_cast<std::size_t>(voice)]));
        }
        if (spoken.samples.empty() || static_cast<std::int64_t>(spoken.samples.size()) > kLongest * spoken.rate / kRate)
            continue;
        world.add(spoken, text, voice, language);
    }
    if (progress)
        progress(1, "writing " + options.out);
    return world.write(options.out, "speech: eSpeak NG (espeak-ng) and, of recorded voices, CMU Flite (libflite1); "
                                    "words: Unicode CLDR (unicode-cldr-core), Unicode licence");
}

} // namespace orrery::training
