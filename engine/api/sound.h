// SPDX-License-Identifier: Apache-2.0
/// Sound files, microphones and loudspeakers, as everybody sees them without libsndfile or PortAudio. Implemented by
/// engine/media (liborrery_media.so).
///
/// Inside of Orrery sound is always 16 kHz, one channel, float, full scale at ±1: what wav2vec 2.0 and HuBERT listen
/// to. Other rates and channel counts are converted where sound comes in (channels by their mean) and nowhere else.
/// Nothing is clipped there, so float files and the filter's overshoot may be a little beyond ±1; every value is
/// finite.
#pragma once

#include "engine/core/job.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

inline constexpr int kSoundRate = 16000; ///< Hz

/// 16 kHz, one channel, full scale at ±1. Shared, because takes travel from page to page and are long.
using Samples = std::shared_ptr<const std::vector<float>>;

/// Where sound comes from: samples at hand, or else a file.
struct SoundSource
{
    std::string path;
    Samples samples;
    std::string name; ///< for the user; empty: the path's last part
};

/// What a file says of itself.
struct SoundFacts
{
    std::string format; ///< for the user: "FLAC, 24 bits"
    int rate = 0;       ///< Hz, of the file
    int channels = 0;   ///< of the file
    double seconds = 0; ///< 0 where the file does not say; of an MP3 an estimate
    /// Ends before it says so, or cannot be read on; what is there is read. For some formats known only at the end.
    bool damaged = false;
};

/// Reads one file piece by piece: ten hours take no more memory than ten seconds. Thread: one at a time.
class SoundReader
{
public:
    virtual ~SoundReader() = default;
    virtual const SoundFacts &facts() const = 0;
    /// The next samples, at 16 kHz; the same bits whatever the sizes of the reads. @return how many; fewer than `most`
    /// only at the end @throws Exception{BadInput} naming file and place, for values that are no numbers
    virtual std::size_t read(float *samples, std::size_t most) = 0;
};

/// Thread: any, several at a time.
class SoundFiles
{
public:
    virtual ~SoundFiles() = default;
    /// WAV, FLAC, Ogg, MP3, AIFF and whatever else libsndfile reads; 8 to 32 bits, float, any rate and channel count.
    /// @throws Exception{NotFound}; Exception{BadInput} when it is empty, damaged from the start or no sound
    virtual std::unique_ptr<SoundReader> open(const std::string &path) = 0;
    virtual std::unique_ptr<SoundReader> open(std::vector<std::uint8_t> bytes, const std::string &name) = 0;
    /// 16-bit WAV at 16 kHz, written atomically. Louder than 1 is cut.
    /// @throws Exception{BadInput} for values that are no numbers; Exception{ModelFile} as AtomicFile, naming the file
    virtual void writeWav(const std::string &path, const float *samples, std::size_t count) = 0;
};

struct SoundDevice
{
    std::string id;   ///< "ALSA/pulse": host API and name, without the card's number; stays the same after a restart
    std::string name; ///< for the user
    std::string hostApi;
    int inputs = 0, outputs = 0; ///< channels at most
    int rate = 0;                ///< Hz, its own
    bool defaultInput = false, defaultOutput = false;
};

struct CaptureState
{
    std::string device; ///< SoundDevice::id it runs on; where none was asked for, another default may follow it
    bool lost = false;  ///< the device is gone; looked for again every second, and capture goes on when it is back
    std::uint64_t samples = 0;  ///< at 16 kHz, written to the ring since the start
    std::uint64_t overruns = 0; ///< times that sound was lost: by the driver, with the device, or since nobody read it
    std::uint64_t lostSamples = 0; ///< at the device's rate, as far as known
    double deviceMs = 0;           ///< input latency that the device states
    float peak = 0;                ///< largest magnitude of the last tenth of a second; 1 and more: clipping
};

/// A microphone that is on. The callback writes to a ring (one producer, one consumer; ten seconds) and does nothing
/// else: it allocates, locks and logs nothing. Destroying it never waits: the audio thread releases the microphone at
/// once, and before anything that is opened later. Thread: one consumer; `state` any.
class SoundCapture
{
public:
    virtual ~SoundCapture() = default;
    /// What is in the ring, at 16 kHz; the filter holds back the last 21 ms on average (37 ms at most, at 48 kHz).
    /// Never waits. @return how many, 0 when there is nothing yet
    virtual std::size_t read(float *samples, std::size_t most) = 0;
    virtual CaptureState state() const = 0;
};

/// A loudspeaker that is playing. Destroying it stops it and never waits. Thread: any.
class SoundPlayer
{
public:
    virtual ~SoundPlayer() = default;
    virtual double position() const = 0;   ///< seconds that have been heard
    virtual bool finished() const = 0;     ///< all was played, or the device is gone
    virtual std::string error() const = 0; ///< why it ended early; empty otherwise
};

/// Each call asks the audio thread and waits for it, some tenths of a second: inside a job, on a helper thread.
/// Thread: any.
class SoundDevices
{
public:
    virtual ~SoundDevices() = default;
    /// Looked for anew; while something runs only when the hardware has changed, because PortAudio has to let go of all
    /// devices to see new ones. Empty on a machine without sound.
    virtual std::vector<SoundDevice> list() = 0;
    /// @param id  or the name alone; empty: the system's default @throws Exception{NotFound} naming it and what there
    /// is;
    ///            Exception{Unsupported} when it cannot be opened, with what the system says
    virtual std::unique_ptr<SoundCapture> openCapture(const std::string &id) = 0;
    virtual std::unique_ptr<SoundPlayer> play(Samples samples, double fromSeconds, const std::string &id) = 0;
};

namespace sound {

struct DevicesRequest
{};
struct DevicesResult
{
    std::vector<SoundDevice> devices;
};
inline constexpr JobType<DevicesRequest, DevicesResult> kDevices{"sound.devices"};

/// Plays until the end, an hour at most, or until it is cancelled. Progress::partial is a PlayResult.
struct PlayRequest
{
    SoundSource sound;
    double fromSeconds = 0;
    double toSeconds = 0; ///< 0: to the end
    std::string device;   ///< empty: the system's default
};
struct PlayResult
{
    double position = 0; ///< seconds of the sound that have been heard
};
inline constexpr JobType<PlayRequest, PlayResult> kPlay{"sound.play"};

/// A whole sound at hand, for pages that draw it. Longer than `mostSeconds` is cut, and said.
struct LoadRequest
{
    SoundSource sound;
    double mostSeconds = 600;
};
struct LoadResult
{
    SoundFacts facts;
    Samples samples;
    bool cut = false;
};
inline constexpr JobType<LoadRequest, LoadResult> kLoad{"sound.load"};

} // namespace sound

} // namespace orrery
