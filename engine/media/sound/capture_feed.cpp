// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/capture_feed.h"

#include <array>
#include <cmath>

namespace orrery::media {

CaptureFeed::CaptureFeed(double rate, int channels, double seconds)
    : m_rate(rate), m_channels(std::size_t(channels)), m_peakFrames(std::size_t(rate / 10)),
      m_ring(std::size_t(rate * seconds))
{}

void CaptureFeed::take(const float *interleaved, std::size_t frames, bool driverLost) noexcept
{
    bool lost = driverLost;
    std::array<float, 256> mono;
    float peak = m_peakNow.load(std::memory_order_relaxed);
    for (std::size_t at = 0; at < frames; at += mono.size()) {
        const std::size_t some = std::min(mono.size(), frames - at);
        for (std::size_t i = 0; i < some; ++i) {
            float sum = 0;
            for (std::size_t c = 0; c < m_channels; ++c)
                sum += interleaved[(at + i) * m_channels + c];
            const float mean = sum / float(m_channels);
            mono[i] = std::isfinite(mean) ? mean : 0.0f; // a driver's rubbish must not reach a model
            peak = std::max(peak, std::fabs(mono[i]));
            if (++m_peakCounted >= m_peakFrames) {
                m_peakBefore.store(peak, std::memory_order_relaxed);
                m_peakCounted = 0;
                peak = 0;
            }
        }
        const std::size_t written = m_ring.write(mono.data(), some);
        if (written < some) {
            lost = true;
            m_lost.fetch_add(some - written, std::memory_order_relaxed);
        }
    }
    m_peakNow.store(peak, std::memory_order_relaxed);
    if (lost)
        m_overruns.fetch_add(1, std::memory_order_relaxed);
    m_taken.fetch_add(frames, std::memory_order_relaxed);
}

float CaptureFeed::peak() const
{
    return std::max(m_peakBefore.load(std::memory_order_relaxed), m_peakNow.load(std::memory_order_relaxed));
}

} // namespace orrery::media
