// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/portaudio_stream.h"

#include "engine/core/error.h"
#include "engine/media/sound/capture_feed.h"
#include "engine/media/sound/playback_feed.h"

#include <algorithm>

namespace orrery::media {

namespace {

/// Seconds. What a device states as its lowest is for instruments, and loses sound on a busy computer. Nobody waits for
/// a loudspeaker, so it has more. (Alike they must not be: a player that asks PulseAudio's null sink for the latency
/// that a listener of its monitor has asked for is played several times too fast.)
constexpr double kInputLatency = 0.02;
constexpr double kOutputLatency = 0.1;

template <class T>
void addNew(std::vector<T> &values, T value)
{
    if (std::find(values.begin(), values.end(), value) == values.end())
        values.push_back(value);
}

} // namespace

int PortAudioStream::captureCallback(const void *input, void *, unsigned long frames, const PaStreamCallbackTimeInfo *,
                                     PaStreamCallbackFlags flags, void *feed) noexcept
{
    if (input)
        static_cast<CaptureFeed *>(feed)->take(static_cast<const float *>(input), frames,
                                               (flags & paInputOverflow) != 0);
    return paContinue;
}

int PortAudioStream::playbackCallback(const void *, void *output, unsigned long frames,
                                      const PaStreamCallbackTimeInfo *, PaStreamCallbackFlags, void *feed) noexcept
{
    static_cast<PlaybackFeed *>(feed)->give(static_cast<float *>(output), frames);
    return paContinue;
}

PortAudioStream::PortAudioStream(const PortAudioSession &session, PaDeviceIndex device,
                                 PortAudioSession::Direction direction, const Prepare &prepare)
{
    const bool input = direction == PortAudioSession::Direction::Input;
    const PaDeviceInfo &info = *::Pa_GetDeviceInfo(device);
    const int most = input ? info.maxInputChannels : info.maxOutputChannels;
    std::vector<double> rates;
    for (const double rate : {info.defaultSampleRate, 48000.0, 44100.0, 16000.0, 32000.0, 96000.0, 192000.0, 8000.0})
        addNew(rates, rate);
    // Sound servers offer 32 channels and fill two of them: the mean over all would be faint. A device that has no
    // fewer than eight is opened with all of them.
    std::vector<int> channelCounts;
    for (const int count : {std::min(most, 2), 1, most})
        addNew(channelCounts, count);

    PaStreamParameters parameters = {};
    parameters.device = device;
    parameters.sampleFormat = paFloat32;
    parameters.suggestedLatency = input ? std::max(info.defaultLowInputLatency, kInputLatency)
                                        : std::max(info.defaultLowOutputLatency, kOutputLatency);
    PaError error = paNoError;
    for (const double rate : rates) {
        for (const int channels : channelCounts) {
            parameters.channelCount = channels;
            void *feed = prepare(rate, channels);
            error = ::Pa_OpenStream(&m_stream, input ? &parameters : nullptr, input ? nullptr : &parameters, rate,
                                    paFramesPerBufferUnspecified, paNoFlag, input ? captureCallback : playbackCallback,
                                    feed);
            if (error == paNoError)
                error = ::Pa_StartStream(m_stream);
            if (error == paNoError) {
                if (const PaStreamInfo *stream = ::Pa_GetStreamInfo(m_stream))
                    m_latency = input ? stream->inputLatency : stream->outputLatency;
                return;
            }
            if (m_stream)
                ::Pa_CloseStream(std::exchange(m_stream, nullptr));
            // Only these are about how it is opened; the others would be the same with any rate.
            if (error != paInvalidSampleRate && error != paInvalidChannelCount && error != paUnanticipatedHostError)
                break;
        }
    }
    throw Exception(ErrorCode::Unsupported,
                    std::string(input ? "The microphone \"" : "The loudspeaker \"") + session.idOf(device) +
                        "\" cannot be opened: " + portAudioWords(error),
                    "PortAudio error " + std::to_string(error));
}

PortAudioStream::~PortAudioStream()
{
    ::Pa_AbortStream(m_stream); // at once, also where the device is gone and would never drain
    ::Pa_CloseStream(m_stream);
}

bool PortAudioStream::active() const
{
    return ::Pa_IsStreamActive(m_stream) == 1;
}

} // namespace orrery::media
