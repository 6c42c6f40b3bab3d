// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/media/sound/portaudio_session.h"
#include "engine/media/sound/watched_stream.h"

#include <memory>
#include <vector>

namespace orrery::media {

/// Everything that the audio thread does: PortAudio's session, the streams that are in use, and the watch over them.
/// PortAudio runs only while a stream is in use, so an idle program holds no device.
/// Thread: the audio thread.
class StreamKeeper
{
public:
    using Clock = WatchedStream::Clock;

    /// Looked for anew. While streams run that would interrupt them, so it is done only when the hardware has changed.
    std::vector<SoundDevice> list();
    /// Opens it and watches over it. @throws Exception{NotFound, Unsupported}
    void add(const std::shared_ptr<WatchedStream> &stream);
    void remove(const std::shared_ptr<WatchedStream> &stream); ///< closes it; nothing when it is gone already
    /// Closes streams whose device is gone, and once a second looks for it. Called often while not idle.
    void watch(Clock::time_point now);
    bool idle() const { return m_streams.empty(); }

private:
    void begin();
    void rescan();
    bool tryToOpen(WatchedStream &stream); ///< @return false when it gave up
    void end();

    std::unique_ptr<PortAudioSession> m_session;
    std::string m_hardware; ///< as it was when the session began
    std::vector<std::shared_ptr<WatchedStream>> m_streams;
    Clock::time_point m_nextSearch;
};

} // namespace orrery::media
