// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/sound.h"
#include "engine/media/sound/audio_thread.h"

namespace orrery::media {

/// Microphones and loudspeakers of this computer, through PortAudio.
class PortAudioDevices final : public SoundDevices
{
public:
    std::vector<SoundDevice> list() override;
    std::unique_ptr<SoundCapture> openCapture(const std::string &id) override;
    std::unique_ptr<SoundPlayer> play(Samples samples, double fromSeconds, const std::string &id) override;

private:
    // Shared with what is open: that may outlive this object.
    std::shared_ptr<AudioThread> m_thread = std::make_shared<AudioThread>();
};

} // namespace orrery::media
