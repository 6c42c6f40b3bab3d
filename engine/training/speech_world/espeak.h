// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/speech_world/spoken_text.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

/// How a text is spoken.
struct Speaker
{
    std::string voice; ///< eSpeak's name: "en-us", with a variant "en-us+f3"
    int rate = 175;    ///< words a minute, 80 … 450
    int pitch = 50;    ///< 0 … 99, larger is higher
    int range = 50;    ///< 0 … 99, larger: pitch moves more
};

/// eSpeak NG, opened when it is asked for and only by the tool that makes training material: it is licensed under the
/// GPL, and no program of Orrery links it. One at a time in a process. Thread: one.
class Espeak
{
public:
    /// @throws Exception{NotFound} naming the package libespeak-ng1 when it is not there
    Espeak();
    ~Espeak();

    /// Names of the variants that change a voice: "f1", "m3", "croak".
    std::vector<std::string> variants() const;
    /// @throws Exception{NotFound} for a voice it does not have
    SpokenText speak(const std::string &text, const Speaker &speaker);

private:
    struct Library;
    std::unique_ptr<Library> m_library;
    int m_rate = 0;
};

} // namespace orrery::training
