// SPDX-License-Identifier: Apache-2.0
// Jobs speech.* and sound.* that answer by rules a test can foresee, without LibTorch, files or devices.
#pragma once

#include "engine/api/babble.h"
#include "engine/api/speech.h"

#include <atomic>
#include <mutex>
#include <vector>

namespace orrery::test {

struct FakeSpeech
{
    std::atomic<bool> missing{false};    ///< speech-hubert is not installed
    std::atomic<bool> hold{false};       ///< units, and what goes on, come when this is false again
    std::atomic<bool> deviceLost{false}; ///< the microphone is unplugged
    std::atomic<float> peak{0.3f};       ///< of the microphone
    std::atomic<int> listening{0};       ///< microphones that are on
    std::atomic<int> playing{0};
    std::atomic<int> heard{0}; ///< sounds that were played to their end
    std::mutex mutex;
    std::vector<sound::PlayRequest> played;     ///< guarded by `mutex`
    std::vector<speech::UnitsRequest> asked;    ///< guarded by `mutex`
    std::vector<speech::ListenRequest> streams; ///< guarded by `mutex`

    std::vector<speech::ContinueRequest> continued; ///< guarded by `mutex`

    void reset();
    static FakeSpeech &instance();
};

/// The unit of a frame: a new one every four frames, going round in the codebook; MFCC begins elsewhere.
int fakeUnit(const std::string &model, int codebook, std::int64_t frame);
/// Of a stream, while it may still change.
int fakeGuess(const std::string &model, int codebook, std::int64_t frame);

/// Files whose names hold "broken" cannot be read, "held" not yet, "empty" hold nothing, "silent" only zeros, "clipped"
/// a square wave; all others are a second and a half of a tone. The microphone hears a tone, and settles units 200 ms
/// later. Branch b of speech.continue says 10 b, 10 b + 1, … of 40 ms each, after its prefix.
void registerFakeSpeech();

} // namespace orrery::test
