// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/speech_world/spoken_text.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace orrery::training {

class SpeechWorld;

struct SpeechWorldSummary
{
    std::int64_t utterances = 0;
    double seconds = 0;
    int phones = 0;        ///< different ones, silence among them
    int voices = 0;        ///< different ones
    int heldOutVoices = 0; ///< kept for measuring
};

/// Gathers utterances and writes them as Speech World (see makeSpeechWorld for the file). Thread: one. No LibTorch.
class SpeechWorldBuilder
{
public:
    SpeechWorldBuilder() = default;
    /// Begins with all that another one holds; phones, voices and languages keep their numbers.
    explicit SpeechWorldBuilder(const SpeechWorld &world);

    /// The number of a voice, which is added when it is new. @param heldOut  kept for measuring; of a new one
    int voice(const std::string &name, bool heldOut = false);
    /// The number of a language, which is added when it is new.
    int language(const std::string &name);
    /// Resampled to 16 kHz. Whatever stands before the first phone is silence.
    void add(const SpokenText &spoken, const std::string &text, int voice, int language);

    double seconds() const;
    /// @param provenance  where sound and words come from, and under which licences
    /// @throws Exception{ModelFile} when the disk refuses
    SpeechWorldSummary write(const std::string &file, const std::string &provenance);

private:
    void addPhone(const std::string &name, std::int64_t at);

    std::vector<std::int16_t> m_samples;
    std::vector<std::int64_t> m_begin, m_phoneStart;
    std::vector<std::int32_t> m_voice, m_language, m_phone;
    std::map<std::string, std::int32_t> m_phones{{"", 0}};
    std::vector<std::string> m_phoneNames{""}, m_voices, m_languages, m_texts;
    std::vector<int> m_heldOut; ///< voices
};

} // namespace orrery::training
