// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/speech_world/speech_world.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace orrery::training {

/// Which utterances: the voices that training may hear, or those kept for measuring.
enum class Voices
{
    Training,
    HeldOut,
};

/// A stretch of speech and what is said in it.
struct SpokenStretch
{
    std::vector<float> samples; ///< 16 kHz, at most ±1
    std::vector<int> phones;    ///< one a frame, index of SpeechWorld::phones(); 0 is silence
    std::vector<int> said;      ///< the phones whose middle is heard, in order, silence left out
    std::int64_t utterance = 0;
};

/// Frames of a listener: frame t is about samples hop · t … hop · t + reach, its phone the one in the middle.
struct FrameTimes
{
    std::int64_t hop = 320, reach = 400; ///< samples
    std::int64_t frames(std::int64_t samples) const { return samples < reach ? 0 : (samples - reach) / hop + 1; }
};

/// Speech World cut and varied. Immutable; the same (seed, index) gives the same bits whoever asks. Thread: any; needs
/// no LibTorch.
class SpeechExamples
{
public:
    SpeechExamples(std::shared_ptr<const SpeechWorld> world, FrameTimes times, std::uint64_t seed);

    const SpeechWorld &world() const { return *m_world; }
    /// Utterances of those voices, in the file's order.
    const std::vector<std::int64_t> &utterances(Voices voices) const;

    /// A stretch of at most `samples` of an utterance of a training voice, at another speed; with a chance of `rough`
    /// in another room, line and noise too: augment::anyway. A third of them are cut closely about a word.
    SpokenStretch varied(std::uint64_t index, std::int64_t samples, float rough) const;
    /// An utterance as it is.
    SpokenStretch plain(std::int64_t utterance) const;

private:
    /// Where somebody begins to speak after silence, in samples.
    std::vector<std::int64_t> wordBeginnings(std::int64_t utterance) const;
    std::vector<int> phonesOf(std::int64_t utterance, double speed, std::int64_t first, std::int64_t frames) const;
    std::vector<int> saidIn(std::int64_t utterance, double first, double end) const;

    std::shared_ptr<const SpeechWorld> m_world;
    FrameTimes m_times;
    std::uint64_t m_seed;
    std::vector<std::int64_t> m_training, m_heldOut;
};

} // namespace orrery::training
