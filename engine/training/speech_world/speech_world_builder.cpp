// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech_world/speech_world_builder.h"

#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/safetensors.h"
#include "engine/training/speech_world/speech_world.h"

#include <soxr.h>

#include <algorithm>
#include <span>

namespace orrery::training {

namespace {

constexpr int kRate = SpeechWorld::kRate;

std::vector<std::int16_t> resampled(const std::vector<std::int16_t> &samples, int from)
{
    if (from == kRate)
        return samples;
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

int numberOf(std::vector<std::string> &names, const std::string &name)
{
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end())
        return static_cast<int>(found - names.begin());
    names.push_back(name);
    return static_cast<int>(names.size()) - 1;
}

} // namespace

SpeechWorldBuilder::SpeechWorldBuilder(const SpeechWorld &world)
    : m_phoneNames(world.phones()), m_voices(world.voices()), m_languages(world.languages())
{
    for (std::size_t i = 0; i < m_phoneNames.size(); ++i)
        m_phones.try_emplace(m_phoneNames[i], static_cast<std::int32_t>(i));
    for (std::int64_t u = 0; u < world.utterances(); ++u) {
        const auto begin = static_cast<std::int64_t>(m_samples.size());
        const std::span<const std::int16_t> samples = world.samples(u);
        m_samples.insert(m_samples.end(), samples.begin(), samples.end());
        m_begin.push_back(begin);
        m_voice.push_back(world.voice(u));
        m_language.push_back(world.language(u));
        m_texts.push_back(world.text(u));
        for (const SpeechWorld::Phone &phone : world.phonesOf(u)) {
            m_phone.push_back(phone.phone);
            m_phoneStart.push_back(begin + phone.sample);
        }
        if (world.isHeldOut(u) && std::find(m_heldOut.begin(), m_heldOut.end(), world.voice(u)) == m_heldOut.end())
            m_heldOut.push_back(world.voice(u));
    }
}

int SpeechWorldBuilder::voice(const std::string &name, bool heldOut)
{
    const std::size_t before = m_voices.size();
    const int number = numberOf(m_voices, name);
    if (heldOut && m_voices.size() > before)
        m_heldOut.push_back(number);
    return number;
}

int SpeechWorldBuilder::language(const std::string &name)
{
    return numberOf(m_languages, name);
}

void SpeechWorldBuilder::add(const SpokenText &spoken, const std::string &text, int voice, int language)
{
    const auto begin = static_cast<std::int64_t>(m_samples.size());
    const std::vector<std::int16_t> sound = resampled(spoken.samples, spoken.rate);
    const auto length = static_cast<std::int64_t>(sound.size());
    m_begin.push_back(begin);
    m_voice.push_back(voice);
    m_language.push_back(language);
    m_texts.push_back(text);
    m_samples.insert(m_samples.end(), sound.begin(), sound.end());
    addPhone("", begin);
    for (const SpokenPhone &phone : spoken.phones)
        if (const std::int64_t at = phone.sample * kRate / spoken.rate; at < length)
            addPhone(phone.name, begin + at);
}

void SpeechWorldBuilder::addPhone(const std::string &name, std::int64_t at)
{
    const auto [entry, isNew] = m_phones.try_emplace(name, static_cast<std::int32_t>(m_phoneNames.size()));
    if (isNew)
        m_phoneNames.push_back(name);
    if (!m_phoneStart.empty() && m_phoneStart.back() == at) { // of no length
        m_phone.back() = entry->second;
    } else {
        m_phone.push_back(entry->second);
        m_phoneStart.push_back(at);
    }
}

double SpeechWorldBuilder::seconds() const
{
    return static_cast<double>(m_samples.size()) / kRate;
}

SpeechWorldSummary SpeechWorldBuilder::write(const std::string &file, const std::string &provenance)
{
    std::vector<std::int64_t> begins = m_begin;
    begins.push_back(static_cast<std::int64_t>(m_samples.size()));
    std::sort(m_heldOut.begin(), m_heldOut.end());
    const Json description{{"rate", kRate},           {"phones", m_phoneNames},   {"voices", m_voices},
                           {"held_out", m_heldOut},   {"languages", m_languages}, {"texts", m_texts},
                           {"provenance", provenance}};
    const auto bytes = [](const auto &values) { return std::as_bytes(std::span(values.data(), values.size())); };
    const auto count = [](const auto &values) { return static_cast<std::int64_t>(values.size()); };
    writeSafetensors(file,
                     {{"samples", Dtype::I16, {count(m_samples)}, bytes(m_samples)},
                      {"utterance", Dtype::I64, {count(begins)}, bytes(begins)},
                      {"voice", Dtype::I32, {count(m_voice)}, bytes(m_voice)},
                      {"language", Dtype::I32, {count(m_language)}, bytes(m_language)},
                      {"phone", Dtype::I32, {count(m_phone)}, bytes(m_phone)},
                      {"phone_start", Dtype::I64, {count(m_phoneStart)}, bytes(m_phoneStart)}},
                     {{"speech_world", toText(description, -1)}});
    SpeechWorldSummary summary;
    summary.utterances = count(m_voice);
    summary.seconds = seconds();
    summary.phones = static_cast<int>(m_phoneNames.size());
    summary.voices = static_cast<int>(m_voices.size());
    summary.heldOutVoices = static_cast<int>(m_heldOut.size());
    return summary;
}

} // namespace orrery::training
