// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/media/sound/portaudio_session.h"

#include <functional>

namespace orrery::media {

/// One opening of a device, running from when it is made until it is destroyed.
/// Thread: the audio thread.
class PortAudioStream
{
public:
    /// What the callback gets as its user data, for the rate (Hz) and channels that the device is tried with; it has to
    /// live as long as the stream, or until it is asked for again.
    using Prepare = std::function<void *(double rate, int channels)>;

    /// Tries the device's own rate first and one or two channels, then whatever else it may accept.
    /// @throws Exception{Unsupported} with the device's name and what the system says
    PortAudioStream(const PortAudioSession &session, PaDeviceIndex device, PortAudioSession::Direction direction,
                    const Prepare &prepare);
    ~PortAudioStream(); ///< no callback runs any more when it is gone
    PortAudioStream(const PortAudioStream &) = delete;
    PortAudioStream &operator=(const PortAudioStream &) = delete;

    bool active() const;                         ///< false when the system has ended it
    double latency() const { return m_latency; } ///< seconds, as the device states it

    /// PortAudio's callbacks; user data is a CaptureFeed, a PlaybackFeed.
    static int captureCallback(const void *input, void *output, unsigned long frames,
                               const PaStreamCallbackTimeInfo *time, PaStreamCallbackFlags flags, void *feed) noexcept;
    static int playbackCallback(const void *input, void *output, unsigned long frames,
                                const PaStreamCallbackTimeInfo *time, PaStreamCallbackFlags flags, void *feed) noexcept;

private:
    PaStream *m_stream = nullptr;
    double m_latency = 0;
};

} // namespace orrery::media
