// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/media/sound/capture_feed.h"
#include "engine/media/sound/portaudio_stream.h"
#include "engine/media/sound/resampler.h"
#include "engine/media/sound/watched_stream.h"

#include <deque>
#include <mutex>
#include <optional>

namespace orrery::media {

/// What the audio thread and a listener share. Its lock is theirs: no callback ever takes it.
class CaptureLink
{
public:
    /// Audio thread: from now on sound comes through `feed`.
    void begin(std::shared_ptr<CaptureFeed> feed, std::string device, double latency);
    void end(); ///< the feed's last sound was written
    void setLost();

    /// Listener: the feed to read from now, the oldest that is not empty yet; null when there is none.
    std::shared_ptr<CaptureFeed> current(bool &ended) const;
    void drop(const CaptureFeed &feed); ///< it has ended and was read to its end; nothing where it was given up before
    CaptureState state() const;

private:
    struct Feed
    {
        std::shared_ptr<CaptureFeed> feed;
        bool ended = false;
    };
    static void add(CaptureState &state, const CaptureFeed &feed);

    mutable std::mutex m_mutex;
    std::deque<Feed> m_feeds; ///< one a time that the device was opened
    CaptureState m_before;    ///< what dropped feeds had counted; device, lost and latency as they are now
};

/// The audio thread's half of a microphone.
class CaptureStream final : public WatchedStream
{
public:
    /// @param id  SoundDevice::id or name; empty: whatever is the default each time it is opened
    CaptureStream(std::string id, std::shared_ptr<CaptureLink> link) : m_id(std::move(id)), m_link(std::move(link)) {}
    ~CaptureStream() override { close(); }

    void open(const PortAudioSession &session) override;
    void close() override;
    bool isOpen() const override { return m_stream.has_value(); }
    bool check(Clock::time_point now) override;
    bool lost(const std::string &why) override;

private:
    std::string m_id;
    std::shared_ptr<CaptureLink> m_link;
    std::shared_ptr<CaptureFeed> m_feed;
    std::optional<PortAudioStream> m_stream; ///< after the feed: its callback is gone first
    Heartbeat m_heartbeat;
};

/// The listener's half: reads the ring and brings it to 16 kHz.
class CaptureReader
{
public:
    explicit CaptureReader(std::shared_ptr<CaptureLink> link) : m_link(std::move(link)) {}
    std::size_t read(float *samples, std::size_t most);

private:
    void fill();
    std::shared_ptr<CaptureLink> m_link;
    std::shared_ptr<CaptureFeed> m_feed;
    std::optional<Resampler> m_resampler; ///< of the feed
    std::vector<float> m_raw, m_ready;
    std::size_t m_next = 0;
};

} // namespace orrery::media
