// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/media/sound/playback_feed.h"
#include "engine/media/sound/portaudio_stream.h"
#include "engine/media/sound/resampler.h"
#include "engine/media/sound/watched_stream.h"

#include <atomic>
#include <mutex>
#include <optional>

namespace orrery::media {

/// What the audio thread and the owner of a player share. Its lock is theirs: no callback ever takes it.
struct PlaybackLink
{
    std::atomic<double> position = 0; ///< seconds
    std::atomic<bool> finished = false;
    mutable std::mutex mutex;
    std::string error;
};

/// The audio thread's half of a player: brings the samples to the device's rate, a second ahead of what is heard.
class PlaybackStream final : public WatchedStream
{
public:
    PlaybackStream(std::string id, Samples samples, double fromSeconds, std::shared_ptr<PlaybackLink> link);
    ~PlaybackStream() override { close(); }

    void open(const PortAudioSession &session) override;
    void close() override;
    bool isOpen() const override { return m_stream.has_value(); }
    bool check(Clock::time_point now) override;
    bool lost(const std::string &why) override;
    bool over() const override { return m_link->finished.load(); }

private:
    void topUp();
    double heard() const; ///< seconds of the sound
    std::string m_id;
    Samples m_samples;
    std::shared_ptr<PlaybackLink> m_link;
    double m_from = 0;            ///< seconds, where this opening of the device began
    std::size_t m_nextSample = 0; ///< first one that the resampler has not seen
    bool m_allPushed = false;
    std::optional<Resampler> m_resampler;
    std::vector<float> m_ready; ///< at the device's rate, written from m_nextReady
    std::size_t m_nextReady = 0;
    std::shared_ptr<PlaybackFeed> m_feed;
    std::optional<PortAudioStream> m_stream; ///< after the feed: its callback is gone first
    std::optional<Clock::time_point> m_doneAt;
    Heartbeat m_heartbeat;
};

} // namespace orrery::media
