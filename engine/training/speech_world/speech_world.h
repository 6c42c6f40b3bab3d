// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace orrery {
class Safetensors;
}

namespace orrery::training {

/// A Speech World file (see makeSpeechWorld), mapped. Immutable. Thread: any.
class SpeechWorld
{
public:
    static constexpr int kRate = 16000; ///< Hz

    struct Phone
    {
        int phone = 0;           ///< index of phones(); 0 is silence
        std::int64_t sample = 0; ///< where it begins in the utterance; it lasts until the next, or the end
    };

    /// @throws Exception{NotFound} or Exception{ModelFile} naming the file and the field.
    explicit SpeechWorld(const std::string &file);

    std::int64_t utterances() const { return static_cast<std::int64_t>(m_voice.size()); }
    /// 16 kHz, one channel, −32768 … 32767.
    std::span<const std::int16_t> samples(std::int64_t utterance) const;
    std::span<const Phone> phonesOf(std::int64_t utterance) const;
    const std::string &text(std::int64_t utterance) const { return m_texts[static_cast<std::size_t>(utterance)]; }
    int voice(std::int64_t utterance) const { return m_voice[static_cast<std::size_t>(utterance)]; }
    int language(std::int64_t utterance) const { return m_language[static_cast<std::size_t>(utterance)]; }
    /// Whether training must leave it out: its voice is kept for measuring.
    bool isHeldOut(std::int64_t utterance) const { return m_heldOut[static_cast<std::size_t>(voice(utterance))]; }

    const std::vector<std::string> &phones() const { return m_phones; } ///< IPA; the first is "", silence
    const std::vector<std::string> &voices() const { return m_voices; }
    const std::vector<std::string> &languages() const { return m_languages; }
    const std::string &file() const { return m_file; }

private:
    void readDescription();

    std::string m_file;
    std::shared_ptr<const Safetensors> m_data;
    const std::int16_t *m_samples = nullptr;
    std::vector<std::int64_t> m_begin;      ///< [utterances + 1]
    std::vector<std::int64_t> m_firstPhone; ///< [utterances + 1]
    std::vector<Phone> m_phoneTimes;
    std::vector<std::int32_t> m_voice, m_language;
    std::vector<bool> m_heldOut; ///< of voices
    std::vector<std::string> m_phones, m_voices, m_languages, m_texts;
};

} // namespace orrery::training
