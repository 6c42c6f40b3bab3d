// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech_world/speech_world.h"

#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/safetensors.h"

#include <algorithm>
#include <cstring>

namespace orrery::training {

namespace {

[[noreturn]] void fail(const std::string &file, const std::string &field, const std::string &expected)
{
    throw Exception(ErrorCode::ModelFile, file + ", field \"" + field + "\": expected " + expected +
                                              "; make it with `orrery-cli dataset speech`");
}

template <class Number>
std::vector<Number> numbers(const Safetensors &data, const std::string &file, const char *name, Dtype dtype)
{
    const SafetensorsEntry *entry = data.find(name);
    if (!entry || entry->dtype != dtype || entry->shape.size() != 1)
        fail(file, name, "a row of numbers");
    std::vector<Number> values(entry->bytes.size() / sizeof(Number));
    std::memcpy(values.data(), entry->bytes.data(), values.size() * sizeof(Number));
    return values;
}

} // namespace

SpeechWorld::SpeechWorld(const std::string &file) : m_file(file), m_data(Safetensors::open(file))
{
    readDescription();
    const SafetensorsEntry *samples = m_data->find("samples");
    if (!samples || samples->dtype != Dtype::I16 || samples->shape.size() != 1)
        fail(file, "samples", "a row of 16-bit numbers");
    m_samples = reinterpret_cast<const std::int16_t *>(samples->bytes.data());
    const std::int64_t length = samples->shape[0];

    m_begin = numbers<std::int64_t>(*m_data, file, "utterance", Dtype::I64);
    m_voice = numbers<std::int32_t>(*m_data, file, "voice", Dtype::I32);
    m_language = numbers<std::int32_t>(*m_data, file, "language", Dtype::I32);
    if (m_begin.size() != m_texts.size() + 1 || m_begin.front() != 0 || m_begin.back() != length ||
        !std::is_sorted(m_begin.begin(), m_begin.end()))
        fail(file, "utterance", "where each of " + std::to_string(m_texts.size()) + " texts begins, and the end");
    const auto below = [](const std::vector<std::int32_t> &values, std::size_t limit) {
        return std::all_of(values.begin(), values.end(),
                           [&](std::int32_t v) { return v >= 0 && static_cast<std::size_t>(v) < limit; });
    };
    if (m_voice.size() != m_texts.size() || !below(m_voice, m_voices.size()))
        fail(file, "voice", "one of " + std::to_string(m_voices.size()) + " for every text");
    if (m_language.size() != m_texts.size() || !below(m_language, m_languages.size()))
        fail(file, "language", "one of " + std::to_string(m_languages.size()) + " for every text");

    const auto phone = numbers<std::int32_t>(*m_data, file, "phone", Dtype::I32);
    const auto start = numbers<std::int64_t>(*m_data, file, "phone_start", Dtype::I64);
    if (!below(phone, m_phones.size()))
        fail(file, "phone", "numbers below " + std::to_string(m_phones.size()));
    if (start.size() != phone.size() || !std::is_sorted(start.begin(), start.end()) ||
        (!start.empty() && (start.front() < 0 || start.back() >= length)))
        fail(file, "phone_start", "rising places in \"samples\", one for every phone");
    m_phoneTimes.reserve(phone.size());
    std::size_t p = 0;
    for (std::size_t u = 0; u < m_texts.size(); ++u) {
        m_firstPhone.push_back(static_cast<std::int64_t>(p));
        for (; p < phone.size() && start[p] < m_begin[u + 1]; ++p)
            m_phoneTimes.push_back({phone[p], start[p] - m_begin[u]});
    }
    m_firstPhone.push_back(static_cast<std::int64_t>(p));
}

void SpeechWorld::readDescription()
{
    const auto found = m_data->metadata().find("speech_world");
    const auto json = nlohmann::json::parse(found == m_data->metadata().end() ? "" : found->second, nullptr, false);
    try {
        m_phones = json.at("phones").get<std::vector<std::string>>();
        m_voices = json.at("voices").get<std::vector<std::string>>();
        m_languages = json.at("languages").get<std::vector<std::string>>();
        m_texts = json.at("texts").get<std::vector<std::string>>();
        m_heldOut.assign(m_voices.size(), false);
        for (const auto voice : json.at("held_out").get<std::vector<std::size_t>>())
            m_heldOut.at(voice) = true;
    } catch (const std::exception &) { // JSON's own, or a voice that is not there
        fail(m_file, "speech_world", "phones, voices, languages, texts and held_out in the metadata");
    }
}

std::span<const std::int16_t> SpeechWorld::samples(std::int64_t utterance) const
{
    const auto u = static_cast<std::size_t>(utterance);
    return {m_samples + m_begin[u], static_cast<std::size_t>(m_begin[u + 1] - m_begin[u])};
}

std::span<const SpeechWorld::Phone> SpeechWorld::phonesOf(std::int64_t utterance) const
{
    const auto u = static_cast<std::size_t>(utterance);
    return {m_phoneTimes.data() + m_firstPhone[u], static_cast<std::size_t>(m_firstPhone[u + 1] - m_firstPhone[u])};
}

} // namespace orrery::training
