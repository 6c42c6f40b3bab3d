// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/media/sound/portaudio_session.h"

#include <chrono>
#include <memory>

namespace orrery::media {

/// A microphone or loudspeaker in use, as StreamKeeper sees it: it can be closed and opened again, on another session
/// and with another rate, and says whether it still runs.
/// Thread: the audio thread.
class WatchedStream
{
public:
    using Clock = std::chrono::steady_clock;

    virtual ~WatchedStream() = default;
    /// @throws Exception{NotFound, Unsupported}
    virtual void open(const PortAudioSession &session) = 0;
    virtual void close() = 0; ///< nothing where it is closed
    virtual bool isOpen() const = 0;
    /// Called often while it is open. @return false when the device is gone or delivers nothing any more
    virtual bool check(Clock::time_point now) = 0;
    /// It could not be opened again this time. @return false to give up
    virtual bool lost(const std::string &why) = 0;
    virtual bool over() const { return false; } ///< it has done its work
};

/// Notices when a count stops to grow. Sound servers take up to two seconds until a device that slept delivers.
class Heartbeat
{
public:
    using Clock = WatchedStream::Clock;
    /// @return false when the count has stood still for three seconds, or for eight since the first call
    bool beats(std::uint64_t count, Clock::time_point now)
    {
        if (count != m_count || m_since == Clock::time_point()) {
            m_count = count;
            m_since = now;
        }
        return now - m_since < std::chrono::seconds(m_count == 0 ? 8 : 3);
    }

private:
    std::uint64_t m_count = 0;
    Clock::time_point m_since;
};

} // namespace orrery::media
