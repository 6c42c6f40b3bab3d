// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/speech_world/spoken_text.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

/// How a recorded voice speaks.
struct RecordedSpeaker
{
    int voice = 0;     ///< index into Flite::voices()
    float stretch = 1; ///< of durations; larger is slower, 0.5 … 2
    float pitch = 1;   ///< of the voice's own fundamental frequency, 0.5 … 2; diphone voices keep theirs
};

/// CMU Flite with the American and Scottish voices of Debian's libflite1. They are made from recordings of people, as
/// diphones or as statistical models, while eSpeak NG's are formulas: whoever learns from both hears what they share.
/// Opened when it is asked for, and only by the tool that makes training material. Thread: one.
class Flite
{
public:
    /// @throws Exception{NotFound} naming the package libflite1 when it is not there
    Flite();
    ~Flite();

    /// "kal", "rms", …
    const std::vector<std::string> &voices() const { return m_voices; }
    /// English. Phones are those of CMU's set in eSpeak NG's IPA; nothing at all when it cannot speak the text.
    SpokenText speak(const std::string &text, const RecordedSpeaker &speaker);

private:
    struct Library;
    std::unique_ptr<Library> m_library;
    std::vector<std::string> m_voices;
};

} // namespace orrery::training
