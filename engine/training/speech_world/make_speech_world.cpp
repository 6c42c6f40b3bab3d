// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech_world/make_speech_world.h"

#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/safetensors.h"
#include "engine/training/speech_world/espeak.h"
#include "engine/training/speech_world/flite.h"
#include "engine/training/speech_world/speech_texts.h"

#include <soxr.h>

#include <algorithm>
#include <map>
#include <memory>
#include <span>

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

std::vector<std::int16_t> resampled(const std::vector<std::int16_t> &samples, int from)
{
    const std::size_t most = samples.size() * kRate / static_cast<std::size_t>(from) + 64;
    std::vector<std::int16_t> result(most);
    std::size_t made = 0;
    const soxr_io_spec_t format = soxr_io_spec(SOXR_INT16_I, SOXR_INT16_I);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    const soxr_error_t error = soxr_oneshot(from, kRate, 1, samples.data(), samples.size(), nullptr, result.data(),
                                            most, &made, &format, &quality, nullptr);
    if (error)
        throw Exception(ErrorCode::Internal, std::string("soxr: ") + error);
    result.resize(made);
    return result;
}

struct Gathered
{
    std::vector<std::int16_t> samples;
    std::vector<std::int64_t> utterance, phoneStart;
    std::vector<std::int32_t> voice, language, phone;
    std::map<std::string, std::int32_t> phones{{"", 0}};
    std::vector<std::string> phoneNames{""};
    std::vector<std::string> texts;

    void add(const SpokenText &spoken, const std::string &text, int voiceIndex, int languageIndex)
    {
        const auto begin = static_cast<std::int64_t>(samples.size());
        const std::vector<std::int16_t> sound = resampled(spoken.samples, spoken.rate);
        const auto length = static_cast<std::int64_t>(sound.size());
        utterance.push_back(begin);
        voice.push_back(voiceIndex);
        language.push_back(languageIndex);
        texts.push_back(text);
        samples.insert(samples.end(), sound.begin(), sound.end());
        // Whatever stands before the first phone is silence.
        addPhone("", begin);
        for (const SpokenPhone &spokenPhone : spoken.phones)
            if (const std::int64_t at = spokenPhone.sample * kRate / spoken.rate; at < length)
                addPhone(spokenPhone.name, begin + at);
    }

private:
    void addPhone(const std::string &name, std::int64_t at)
    {
        const auto [entry, isNew] = phones.try_emplace(name, static_cast<std::int32_t>(phoneNames.size()));
        if (isNew)
            phoneNames.push_back(name);
        if (!phoneStart.empty() && phoneStart.back() == at) // of no length
            phone.back() = entry->second;
        else {
            phone.push_back(entry->second);
            phoneStart.push_back(at);
        }
    }
};

} // namespace

namespace {

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
    std::unique_ptr<Flite> flite;
    std::vector<std::string> voices = variants;
    if (options.recorded > 0) {
        flite = std::make_unique<Flite>();
        for (const std::string &voice : flite->voices())
            voices.push_back("flite " + voice);
    }
    std::vector<SpeechTexts> texts;
    std::vector<int> lots; // language, as often as its weight
    for (const SpeechLanguage &language : options.languages) {
        lots.insert(lots.end(), static_cast<std::size_t>(language.weight), static_cast<int>(texts.size()));
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

    Gathered gathered;
    const auto wanted = static_cast<std::int64_t>(options.hours * 3600 * kRate);
    for (std::uint64_t index = 0; static_cast<std::int64_t>(gathered.samples.size()) < wanted; ++index) {
        if (progress && index % 16 == 0)
            progress(static_cast<double>(gathered.samples.size()) / static_cast<double>(wanted),
                     "utterance " + std::to_string(index + 1));
        Random random(options.seed ^ kSpeechStream << 32, index);
        const bool recorded = random.chance(options.recorded);
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
        gathered.add(spoken, text, voice, language);
    }
    gathered.utterance.push_back(static_cast<std::int64_t>(gathered.samples.size()));

    Json description;
    description["rate"] = kRate;
    description["phones"] = gathered.phoneNames;
    description["voices"] = voices;
    description["held_out"] = Json::array();
    SpeechWorldSummary summary;
    for (std::size_t v = 0; v < variants.size(); ++v)
        if (isHeldOutVoice(variants[v])) {
            description["held_out"].push_back(v);
            ++summary.heldOutVoices;
        }
    description["languages"] = Json::array();
    for (const SpeechLanguage &language : options.languages)
        description["languages"].push_back(language.voice);
    description["texts"] = gathered.texts;
    description["provenance"] = "speech: eSpeak NG (espeak-ng) and, of recorded voices, CMU Flite (libflite1); words: "
                                "Unicode CLDR (unicode-cldr-core), Unicode licence";

    summary.utterances = static_cast<std::int64_t>(gathered.voice.size());
    summary.seconds = static_cast<double>(gathered.samples.size()) / kRate;
    summary.phones = static_cast<int>(gathered.phoneNames.size());
    summary.voices = static_cast<int>(voices.size());
    const auto bytes = [](const auto &values) { return std::as_bytes(std::span(values.data(), values.size())); };
    const auto count = [](const auto &values) { return static_cast<std::int64_t>(values.size()); };
    if (progress)
        progress(1, "writing " + options.out);
    writeSafetensors(options.out,
                     {{"samples", Dtype::I16, {count(gathered.samples)}, bytes(gathered.samples)},
                      {"utterance", Dtype::I64, {count(gathered.utterance)}, bytes(gathered.utterance)},
                      {"voice", Dtype::I32, {count(gathered.voice)}, bytes(gathered.voice)},
                      {"language", Dtype::I32, {count(gathered.language)}, bytes(gathered.language)},
                      {"phone", Dtype::I32, {count(gathered.phone)}, bytes(gathered.phone)},
                      {"phone_start", Dtype::I64, {count(gathered.phoneStart)}, bytes(gathered.phoneStart)}},
                     {{"speech_world", toText(description, -1)}});
    return summary;
}

} // namespace orrery::training
