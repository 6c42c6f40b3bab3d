// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/spsc_ring.h"

#include <atomic>
#include <cstdint>

namespace orrery::media {

/// What the audio thread writes and a loudspeaker's callback reads, for one opening of a device: one channel, at the
/// device's rate. The callback's side allocates, locks and logs nothing.
class PlaybackFeed
{
public:
    /// @param rate  Hz @param channels  that the device wants @param seconds  that the ring holds
    PlaybackFeed(double rate, int channels, double seconds);

    // Callback. @param interleaved  [frames, channels], all channels alike; silence where there is nothing
    void give(float *interleaved, std::size_t frames) noexcept;

    // Audio thread.
    std::size_t write(const float *samples, std::size_t count) noexcept { return m_ring.write(samples, count); }
    std::size_t room() const noexcept { return m_ring.capacity() - m_ring.size(); }
    void end() noexcept { m_ended.store(true, std::memory_order_release); } ///< nothing more will be written

    // Any thread.
    double rate() const { return m_rate; }
    std::uint64_t callbacks() const { return m_callbacks.load(std::memory_order_relaxed); }
    std::uint64_t framesGiven() const { return m_given.load(std::memory_order_relaxed); } ///< without silence
    bool done() const { return m_done.load(std::memory_order_acquire); } ///< all that was written was given

private:
    const double m_rate;
    const std::size_t m_channels;
    SpscRing<float> m_ring;
    std::atomic<std::uint64_t> m_callbacks = 0;
    std::atomic<std::uint64_t> m_given = 0;
    std::atomic<bool> m_ended = false;
    std::atomic<bool> m_done = false;
};

} // namespace orrery::media
