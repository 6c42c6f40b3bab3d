// SPDX-License-Identifier: Apache-2.0
/// Jobs of models that listen, as callers without LibTorch see them: speech as discrete units.
/// Source: Baevski et al. 2020, wav2vec 2.0, arXiv:2006.11477; Hsu et al. 2021, HuBERT, arXiv:2106.07447; Lakhotia et
/// al. 2021, On Generative Spoken Language Modeling from Raw Audio (GSLM), arXiv:2102.01192.
///
/// A *frame* is what the model says of one hop (20 ms); a *unit* is the nearest of a codebook's k-means centres to a
/// frame of one layer.
#pragma once

#include "engine/api/precision.h"
#include "engine/api/sound.h"
#include "engine/api/stream_feed.h"
#include "engine/core/job.h"
#include "engine/files/npy.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orrery::speech {

inline constexpr const char *kUnitsModel = "speech-hubert";
inline constexpr const char *kWav2VecModel = "speech-wav2vec";
/// Not a model: mel-frequency cepstra with the built-in codebook of 100, the baseline that papers compare with.
inline constexpr const char *kMfcc = "mfcc";

/// What can be asked of a model that listens.
struct DescribeRequest
{
    std::string model = kUnitsModel;
};
struct DescribeResult
{
    std::string model;
    std::vector<int> codebooks; ///< sizes that come with it, smallest first; empty: none, so no units
    int layers = 0;             ///< of its transformer
    int width = 0;              ///< of a frame
    double hopMs = 20;
    bool local = false;             ///< a frame depends on a stated stretch of sound; otherwise on all of it
    double leftMs = 0, rightMs = 0; ///< that stretch, or the window that streams of other models use
    bool writes = false;            ///< has a CTC head (speech.transcribe)
    bool quantizes = false;         ///< has wav2vec 2.0's own quantizer
    bool fast = false;              ///< Precision::Fast hastens it on this machine
};
inline constexpr JobType<DescribeRequest, DescribeResult> kDescribe{"speech.describe"};

struct UnitsRequest
{
    std::string model = kUnitsModel; ///< built-in id, folder, or kMfcc
    int codebook = 100;              ///< size; 0: the model's only one
    std::string codebookFile;        ///< .safetensors of `train speech-units`; empty: the model's own
    std::vector<SoundSource> sounds;
    bool letters = false; ///< what its CTC head reads too, where it has one; goes through all layers
    Precision precision = Precision::Exact;
};
/// A letter, or a phone, as a CTC head reads it (see kTranscribe).
struct HeardLetter
{
    std::string text;  ///< " " between words
    double second = 0; ///< of the sound: middle of the first frame that says it
};
struct UnitSequence
{
    std::string name;       ///< SoundSource::name or path
    std::string error;      ///< not empty: this sound could not be used; the others could
    double seconds = 0;     ///< of sound
    bool endsEarly = false; ///< the file is damaged; this is what could be read
    std::vector<int> units; ///< one a frame; none when it is shorter than one
    std::vector<HeardLetter> letters;
};
struct UnitsResult
{
    std::string model;
    int codebook = 0;
    double hopMs = 20;
    double firstMs = 0;  ///< middle of the first frame
    bool phones = false; ///< letters are phones
    std::vector<UnitSequence> sequences;
    double seconds = 0; ///< of computing, loading left out
    std::vector<std::string> notes;
};
/// Long recordings are read and computed in windows; Progress::partial is a UnitsResult of what is ready.
inline constexpr JobType<UnitsRequest, UnitsResult> kUnits{"speech.units"};

/// Frames themselves, for maps and for `encode audio`.
struct FramesRequest
{
    std::string model = kUnitsModel;
    int layer = -1;    ///< 1 … layers; 0: the feature encoder's output after projection; −1: the codebooks' own
    bool mean = false; ///< one row a sound: the mean of its frames
    std::vector<SoundSource> sounds;
    Precision precision = Precision::Exact;
};
struct FramesResult
{
    std::string model;
    int layer = 0;
    double hopMs = 20;
    std::vector<NpyMatrix> frames;   ///< for every sound [frames or 1, D]; empty where `errors` is not
    std::vector<std::string> errors; ///< [sounds]
    std::vector<bool> endEarly;      ///< [sounds] the file is damaged; this is what could be read
};
inline constexpr JobType<FramesRequest, FramesResult> kFrames{"speech.frames"};

/// What a CTC head reads out of sound (greedy: the likeliest letter a frame, repeats and blanks taken out).
struct TranscribeRequest
{
    std::string model;
    std::vector<SoundSource> sounds;
};
struct TranscribeResult
{
    std::vector<std::string> texts, errors; ///< [sounds]
};
inline constexpr JobType<TranscribeRequest, TranscribeResult> kTranscribe{"speech.transcribe"};

/// When the phones, or letters, of a known text are said: the likeliest way of a CTC head to read just them.
struct AlignRequest
{
    struct Sound
    {
        SoundSource sound;                ///< a minute at most
        std::vector<std::string> letters; ///< in order, as the model's vocabulary names them
    };
    std::string model = kWav2VecModel;
    std::vector<Sound> sounds;
};
struct AlignedSound
{
    std::string error;              ///< not empty: this sound could not be used; the others could
    std::vector<double> begin, end; ///< seconds of the sound, one for each letter; between two may lie a blank
    double score = 0;               ///< mean log-probability of a frame; nearer to 0 is surer
};
struct AlignResult
{
    std::vector<AlignedSound> sounds;
};
inline constexpr JobType<AlignRequest, AlignResult> kAlign{"speech.align"};

/// Listens until it is cancelled: a microphone, or a sound played in real time or as fast as it can be computed.
struct ListenRequest
{
    std::string model = kUnitsModel;
    int codebook = 100;
    std::string codebookFile; ///< as UnitsRequest has it
    std::string device;       ///< SoundDevice::id; empty: the system's default
    SoundSource sound;        ///< not empty: instead of a microphone
    bool realTime = true;     ///< of `sound`
    bool frames = false;      ///< StreamFeed::Update::frames
    std::shared_ptr<StreamFeed> feed;
    Precision precision = Precision::Exact;
};
struct ListenResult
{
    double seconds = 0; ///< of sound
    CaptureState capture;
    std::uint64_t changed = 0, settledUnits = 0;
    double settleMs = 0;
    double computeSeconds = 0; ///< spent in the model; divided by `seconds` it is the real-time factor
};
/// Lane::Live. Needs `feed`. Progress::partial is a ListenResult so far.
inline constexpr JobType<ListenRequest, ListenResult> kListen{"speech.listen"};

/// Fits a codebook to frames of sound: k-means, the same bits for the same request.
struct FitRequest
{
    std::string model = kUnitsModel;
    int layer = -1;     ///< −1: that of the codebooks it comes with, else the last
    int clusters = 100; ///< units
    std::uint64_t seed = 1;
    std::int64_t mostFrames =
        200'000; ///< of more, every second, fourth … one is used; larger: surer centres, more memory
    std::vector<SoundSource> sounds;
    std::string file; ///< the codebook, .safetensors
};
struct FitResult
{
    int layer = 0;
    std::int64_t frames = 0; ///< that were used
    double seconds = 0;      ///< of sound
    int rounds = 0;
    double distance = 0;             ///< mean squared distance of a frame to its centre
    std::vector<std::string> errors; ///< sounds that could not be used, a sentence each
};
/// Lane::Background.
inline constexpr JobType<FitRequest, FitResult> kFit{"speech.fit"};

} // namespace orrery::speech
