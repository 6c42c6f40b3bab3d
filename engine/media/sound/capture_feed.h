// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/spsc_ring.h"

#include <atomic>
#include <cstdint>

namespace orrery::media {

/// What a microphone's callback writes and its listener reads, for one opening of a device: one channel, at the
/// device's rate. The callback's side allocates, locks and logs nothing.
class CaptureFeed
{
public:
    /// @param rate  Hz @param channels  of what the device delivers @param seconds  that the ring holds
    CaptureFeed(double rate, int channels, double seconds);

    // Callback.
    /// @param interleaved  [frames, channels] @param driverLost  the driver says that sound was lost before this
    void take(const float *interleaved, std::size_t frames, bool driverLost) noexcept;

    // Listener.
    std::size_t read(float *samples, std::size_t most) noexcept { return m_ring.read(samples, most); }

    // Any thread.
    double rate() const { return m_rate; }
    std::uint64_t framesTaken() const { return m_taken.load(std::memory_order_relaxed); } ///< also those that were lost
    std::uint64_t overruns() const { return m_overruns.load(std::memory_order_relaxed); }
    std::uint64_t framesLost() const { return m_lost.load(std::memory_order_relaxed); }
    float peak() const; ///< of the last tenth of a second or two

private:
    const double m_rate;
    const std::size_t m_channels;
    const std::size_t m_peakFrames;
    SpscRing<float> m_ring;
    std::atomic<std::uint64_t> m_taken = 0;
    std::atomic<std::uint64_t> m_overruns = 0;
    std::atomic<std::uint64_t> m_lost = 0;
    std::atomic<float> m_peakBefore = 0; ///< of the last whole tenth of a second
    std::atomic<float> m_peakNow = 0;    ///< of the one that has begun
    std::size_t m_peakCounted = 0;       ///< frames of it; callback only
};

} // namespace orrery::media
