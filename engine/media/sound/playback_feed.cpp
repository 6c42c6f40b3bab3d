// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/playback_feed.h"

#include <array>

namespace orrery::media {

PlaybackFeed::PlaybackFeed(double rate, int channels, double seconds)
    : m_rate(rate), m_channels(std::size_t(channels)), m_ring(std::size_t(rate * seconds))
{}

void PlaybackFeed::give(float *interleaved, std::size_t frames) noexcept
{
    const bool ended = m_ended.load(std::memory_order_acquire); // before reading: what came first is in the ring by now
    std::array<float, 256> mono;
    std::size_t at = 0;
    while (at < frames) {
        const std::size_t got = m_ring.read(mono.data(), std::min(mono.size(), frames - at));
        if (got == 0)
            break;
        for (std::size_t i = 0; i < got; ++i)
            std::fill_n(interleaved + (at + i) * m_channels, m_channels, mono[i]);
        at += got;
    }
    std::fill(interleaved + at * m_channels, interleaved + frames * m_channels, 0.0f);
    m_given.fetch_add(at, std::memory_order_relaxed);
    m_callbacks.fetch_add(1, std::memory_order_relaxed);
    if (ended && at < frames)
        m_done.store(true, std::memory_order_release);
}

} // namespace orrery::media
