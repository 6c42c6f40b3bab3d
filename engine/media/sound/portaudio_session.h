// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/sound.h"

#include <string>
#include <vector>

#include <portaudio.h>

namespace orrery::media {

/// PortAudio between Pa_Initialize and Pa_Terminate, with the devices that it found: version 19.6 sees new ones only by
/// ending and beginning again. Silent: ALSA and JACK, which both write to standard error, are told not to.
/// Thread: the audio thread.
class PortAudioSession
{
public:
    /// @throws Exception{Unsupported} when PortAudio refuses to begin; a machine without sound merely has no devices
    PortAudioSession();
    ~PortAudioSession();
    PortAudioSession(const PortAudioSession &) = delete;
    PortAudioSession &operator=(const PortAudioSession &) = delete;

    enum class Direction
    {
        Input,
        Output,
    };

    const std::vector<SoundDevice> &devices() const { return m_devices; }
    /// @param id  SoundDevice::id or name; empty: the default
    /// @throws Exception{NotFound} naming it and what there is
    PaDeviceIndex find(const std::string &id, Direction direction) const;
    /// SoundDevice::id of one of PortAudio's numbers.
    const std::string &idOf(PaDeviceIndex device) const { return m_devices.at(std::size_t(device)).id; }

    /// What the sound hardware looks like from outside of PortAudio; another text means that devices came or went.
    static std::string hardware();

private:
    bool m_begun = false;
    std::vector<SoundDevice> m_devices; ///< in PortAudio's order
};

/// The words of a PortAudio error, with those of the host system where there are any.
std::string portAudioWords(PaError error);

} // namespace orrery::media
