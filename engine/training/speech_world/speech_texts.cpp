// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech_world/speech_texts.h"

#include "engine/core/error.h"
#include "engine/training/cldr_annotations.h"

namespace orrery::training {

namespace {
constexpr float kAlone = 0.35f;  // of texts: short ones, as words said by themselves are
constexpr float kNumber = 0.25f; // of parts
constexpr float kDigit = 0.6f;   // of numbers
constexpr int kMostParts = 5;
} // namespace

SpeechTexts::SpeechTexts(const std::string &annotations)
{
    for (const auto &[emoji, annotation] : readAnnotations(annotations))
        if (!annotation.name.empty())
            m_names.push_back(annotation.name);
    if (m_names.empty())
        throw Exception(ErrorCode::BadInput, annotations + " holds no names, expected CLDR's annotations");
}

std::string SpeechTexts::draw(Random &random) const
{
    const int parts = random.chance(kAlone) ? 1 : 2 + random.below(kMostParts - 1);
    std::string text;
    for (int part = 0; part < parts; ++part) {
        if (part > 0)
            text += random.chance(0.5f) ? ", " : " ";
        if (random.chance(kNumber))
            text += std::to_string(random.chance(kDigit) ? random.below(10) : random.below(10'000));
        else
            text += m_names[static_cast<std::size_t>(random.below(static_cast<int>(m_names.size())))];
    }
    return text + ".";
}

} // namespace orrery::training
