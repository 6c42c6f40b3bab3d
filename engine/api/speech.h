// SPDX-License-Identifier: Apache-2.0
/// Jobs of models that listen, as callers without LibTorch see them: speech as discrete units.
/// Source: Baevski et al. 2020, wav2vec 2.0, arXiv:2006.11477; Hsu et al. 2021, HuBERT, arXiv:2106.07447; Lakhotia et
/// al. 2021, On Generative Spoken Language Modeling from Raw Audio (GSLM), arXiv:2102.01192.
///
/// A *frame* is what the model says of one hop (20 ms); a *unit* is the nearest of a codebook's k-means centres to a
/// frame of one layer.
#pragma once

#include "engine/api/sound.h"
#include "engine/core/job.h"
#include "engine/files/npy.h"

#include <cstdint>
#include <memory>
#include <mutex>
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
};
inline constexpr JobType<DescribeRequest, DescribeResult> kDescribe{"speech.describe"};

struct UnitsRequest
{
    std::string model = kUnitsModel; ///< built-in id, folder, or kMfcc
    int codebook = 100;              ///< size; 0: the model's only one
    std::string codebookFile;        ///< .safetensors of `train speech-units`; empty: the model's own
    std::vector<SoundSource> sounds;
    bool letters = false; ///< what its CTC head reads too, where it has one; goes through all layers
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
    std::vector<int> units; ///< one a frame
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
};
struct FramesResult
{
    std::string model;
    int layer = 0;
    double hopMs = 20;
    std::vector<NpyMatrix> frames;   ///< for every sound [frames or 1, D]; empty where `errors` is not
    std::vector<std::string> errors; ///< [sounds]
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

/// What a stream has told so far, filled by the engine and emptied by the view, so that no frame is lost between two
/// answers. Thread: any.
class StreamFeed
{
public:
    struct Unit
    {
        std::int64_t frame = 0;
        int unit = 0;
        bool settled = false; ///< nothing that comes later can change it; before that it may come again
        double latencyMs = 0; ///< from its last sample in the ring to this entry
    };
    struct Update
    {
        std::vector<float> samples;   ///< new ones, at 16 kHz
        std::int64_t firstSample = 0; ///< of the stream
        std::vector<Unit> units;      ///< new or changed, in order
        std::vector<float> frames;    ///< [settled units here, D], when asked for
        CaptureState capture;
        /// Where the latency of the newest unit went: in the device, in the ring until it was read, in the model.
        /// Context is what it still waits for until it is settled.
        double deviceMs = 0, ringMs = 0, contextMs = 0, modelMs = 0;
        std::uint64_t changed = 0; ///< provisional units that became another one, since the start
        std::uint64_t settledUnits = 0;
        double settleMs = 0; ///< mean time of the sound from a unit's first entry to its settling
    };
    /// Engine: adds to what waits. What nobody takes is kept, so a view that goes away ends its job.
    void put(Update update)
    {
        const std::lock_guard lock(m_mutex);
        if (m_waiting.samples.empty())
            m_waiting.firstSample = update.firstSample;
        const auto join = [](auto &all, const auto &more) { all.insert(all.end(), more.begin(), more.end()); };
        join(m_waiting.samples, update.samples);
        join(m_waiting.units, update.units);
        join(m_waiting.frames, update.frames);
        update.samples = std::move(m_waiting.samples);
        update.units = std::move(m_waiting.units);
        update.frames = std::move(m_waiting.frames);
        update.firstSample = m_waiting.firstSample;
        m_waiting = std::move(update);
    }
    /// View: everything since the last call. Figures are the newest ones, whether or not anything is new.
    Update take()
    {
        const std::lock_guard lock(m_mutex);
        Update taken = m_waiting; // figures stay
        m_waiting.firstSample += std::int64_t(m_waiting.samples.size());
        m_waiting.samples.clear();
        m_waiting.units.clear();
        m_waiting.frames.clear();
        return taken;
    }

private:
    std::mutex m_mutex;
    Update m_waiting;
};

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
