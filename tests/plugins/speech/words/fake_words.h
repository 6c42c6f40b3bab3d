// SPDX-License-Identifier: Apache-2.0
// speech.* and sound.* that answer by rules a test can foresee: a word is a row of tones, and a unit is how high one
// is.
#pragma once

#include "engine/api/speech.h"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace orrery::test {

/// What the fake jobs saw, and how they are to behave.
struct FakeWords
{
    std::atomic<int> listening{0};        ///< microphones that are on
    std::atomic<int> listened{0};         ///< that were ever turned on
    std::atomic<int> played{0};           ///< sounds
    std::atomic<bool> holdPlaying{false}; ///< sounds go on until this is false again
    std::atomic<bool> noMicrophone{false}, noModel{false}, noCepstra{false};
    std::mutex mutex;
    std::vector<float> toSay;                       ///< guarded by `mutex`: what the microphone will hear
    std::vector<speech::UnitsRequest> unitRequests; ///< guarded by `mutex`
    static FakeWords &instance();
    void reset();
    void say(const std::vector<float> &samples);
    int asked(const std::string &model);
};

/// "yes", "no", "maybe", "seven": rows of tones, 16 kHz; `pace` is how long they last, 1 as usual.
std::vector<float> spoken(const std::string &word, double pace = 1);
/// Nearly nothing.
std::vector<float> pause(double seconds);
std::vector<float> joined(const std::vector<std::vector<float>> &parts);

/// Units of speech-hubert are the height of the tone, in hundreds of Hz; those of cepstra only whether there is one. A
/// file is the words in its name ("take_yes_1.flac"), with pauses between; "broken" cannot be read.
void registerFakeWords();

} // namespace orrery::test
