// SPDX-License-Identifier: Apache-2.0
/// Jobs of models that speak in units, as callers without LibTorch see them: a language model goes on with a sequence
/// of units, a vocoder turns units into sound. Source: Lakhotia et al. 2021, On Generative Spoken Language Modeling
/// from Raw Audio (GSLM), arXiv:2102.01192, section 3; Kharitonov et al. 2022, Text-Free Prosody-Aware Generative
/// Spoken Language Modeling, arXiv:2109.03264 (units without repeats, each with its duration).
#pragma once

#include "engine/api/precision.h"
#include "engine/api/sound.h"
#include "engine/api/speech.h"
#include "engine/core/job.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::speech {

inline constexpr const char *kLanguageModel = "speech-ulm";
inline constexpr const char *kVocoder = "speech-vocoder";
inline constexpr int kMostBranches = 16;
inline constexpr double kMostPromptSeconds = 60;
inline constexpr double kMostContinueSeconds = 60;

/// A unit and how many frames in a row it lasts. A language model may also write kSentenceEnd, which has no frames:
/// what follows is another utterance.
struct HeldUnit
{
    int unit = 0;
    int frames = 1;
    bool operator==(const HeldUnit &) const = default;
};
inline constexpr int kSentenceEnd = -1;

/// One a frame to one a run, and back; kSentenceEnd is left out on the way back.
inline std::vector<HeldUnit> heldUnits(const std::vector<int> &frames)
{
    std::vector<HeldUnit> held;
    for (const int unit : frames) {
        if (held.empty() || held.back().unit != unit)
            held.push_back({unit, 0});
        ++held.back().frames;
    }
    return held;
}
inline std::vector<int> unitFrames(const std::vector<HeldUnit> &held)
{
    std::vector<int> frames;
    for (const HeldUnit &one : held)
        if (one.unit != kSentenceEnd)
            frames.insert(frames.end(), std::size_t(one.frames > 0 ? one.frames : 0), one.unit);
    return frames;
}

/// What can be asked of a language model and of a vocoder; an empty name is not opened.
struct DescribeVoiceRequest
{
    std::string model = kLanguageModel;
    std::string vocoder = kVocoder;
};
struct DescribeVoiceResult
{
    int modelUnits = 0;              ///< different units that the language model knows
    int positions = 0;               ///< units that it looks back at most
    bool durations = false;          ///< it says how long units last; otherwise the vocoder's usual durations are taken
    int vocoderUnits = 0;            ///< different units that the vocoder knows
    double hopMs = 20;               ///< length of a frame, of the vocoder
    std::vector<std::string> voices; ///< that the vocoder speaks with; empty: it has one without a name
};
inline constexpr JobType<DescribeVoiceRequest, DescribeVoiceResult> kDescribeVoice{"speech.describe_voice"};

/// What the sound of a continuation begins with.
enum class Opening
{
    Nothing,
    Recorded,      ///< the prompt as it was recorded; with a prompt of units alone, Resynthesised
    Resynthesised, ///< the prompt in the vocoder's voice
};

struct ContinueRequest
{
    std::string listener = kUnitsModel; ///< writes the prompt as units
    int codebook = 0;                   ///< of the listener; 0: the one as large as the language model's
    std::string codebookFile;           ///< as UnitsRequest has it
    std::string model = kLanguageModel;
    std::string vocoder = kVocoder; ///< empty: no sound is made

    /// Where it begins: a sound (its first kMostPromptSeconds), or else units (no more than that); neither: with
    /// nothing.
    SoundSource sound;
    std::vector<HeldUnit> prompt;
    /// What has been added to the prompt already and stays, such as the beginning of a branch that was chosen. The same
    /// seed and the beginning of branch 0 give branch 0 again.
    std::vector<HeldUnit> prefix;

    double seconds = 3;                     ///< of sound to add after the prefix, at most kMostContinueSeconds
    int units = 0;                          ///< stop after so many units more, whatever their length; 0: no limit
    int branches = 1;                       ///< different continuations, 1 … kMostBranches
    std::uint64_t seed = 1;                 ///< branch b draws with (seed, b), whatever the number of branches
    double temperature = 0.8;               ///< larger: bolder; below 0.01: always the likeliest
    int topK = 0;                           ///< only the K likeliest; 0: all
    int voice = 0;                          ///< of the vocoder's voices
    double pitchHz = 0;                     ///< mean pitch of the voice; 0: its own
    Opening opening = Opening::Nothing;     ///< of Branch::samples
    std::string file;                       ///< not empty: branch 0 is written there, WAV at 16 kHz
    Precision precision = Precision::Exact; ///< of the listener and the language model
};
struct ContinueStep
{
    struct Alternative
    {
        int unit = 0;     ///< or kSentenceEnd
        double share = 0; ///< at the request's temperature, of what top-k leaves; in (0, 1]
    };
    int unit = 0;                          ///< that was drawn, or kSentenceEnd
    int frames = 0;                        ///< that it lasts
    bool kept = false;                     ///< given as a prefix, not drawn
    double share = 0;                      ///< of this unit, at the request's temperature
    double entropy = 0;                    ///< of all shares, in bits
    std::vector<Alternative> alternatives; ///< five likeliest at this place, likeliest first
};
struct ContinueBranch
{
    std::vector<ContinueStep> steps; ///< those of the prefix first
    double logProbability = 0;       ///< sum of natural logarithms of shares at temperature 1, prefix included
    double seconds = 0;              ///< of sound that was added, prefix included
    bool finished = false;           ///< no step will follow
    Samples samples;                 ///< 16 kHz; null until it is spoken
    std::int64_t openingSamples = 0; ///< of `samples`, before the first step's sound
};
struct ContinueResult
{
    std::string model;
    double hopMs = 20;
    std::vector<HeldUnit> prompt; ///< as the language model read it; of a long prompt it looks at the end
    std::vector<ContinueBranch> branches;
    double seconds = 0; ///< of computing, loading left out
    std::vector<std::string> notes;
};
/// Progress::partial is a ContinueResult so far. Branches come one after the other.
/// Errors: BadInput for units that the model does not know, numbers out of range, a prompt without a single frame;
/// Unsupported when listener, language model and vocoder have different units.
inline constexpr JobType<ContinueRequest, ContinueResult> kContinue{"speech.continue"};

/// Units to sound.
struct ResynthesiseRequest
{
    std::string vocoder = kVocoder;
    std::vector<HeldUnit> units;
    std::uint64_t seed = 1; ///< of the noise in it
    int voice = 0;
    double pitchHz = 0;
    std::string file; ///< not empty: written there, WAV at 16 kHz
};
struct ResynthesiseResult
{
    Samples samples; ///< 16 kHz, frames · hopMs long
    double hopMs = 20;
    double seconds = 0; ///< of computing, loading left out
};
/// Errors: BadInput for units that the vocoder does not know, for none, or for more than ten minutes of them.
inline constexpr JobType<ResynthesiseRequest, ResynthesiseResult> kResynthesise{"speech.resynthesise"};

} // namespace orrery::speech
