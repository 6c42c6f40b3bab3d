// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/playback_stream.h"

#include <algorithm>
#include <cmath>

namespace orrery::media {

namespace {

constexpr double kRingSeconds = 1.5; ///< outlasts what else the audio thread has to do
constexpr std::size_t kPiece = 4096; ///< samples that are resampled at a time

} // namespace

PlaybackStream::PlaybackStream(std::string id, Samples samples, double fromSeconds, std::shared_ptr<PlaybackLink> link)
    : m_id(std::move(id)), m_samples(std::move(samples)), m_link(std::move(link))
{
    const double end = double(m_samples->size()) / kSoundRate;
    m_link->position = std::clamp(fromSeconds, 0.0, end);
}

void PlaybackStream::open(const PortAudioSession &session)
{
    m_from = m_link->position;
    m_nextSample = std::min(m_samples->size(), static_cast<std::size_t>(m_from * kSoundRate));
    m_allPushed = false;
    m_ready.clear();
    m_nextReady = 0;
    m_doneAt.reset();
    m_heartbeat = {};
    const PaDeviceIndex device = session.find(m_id, PortAudioSession::Direction::Output);
    const std::size_t first = m_nextSample;
    m_stream.emplace(session, device, PortAudioSession::Direction::Output, [&](double rate, int channels) {
        m_feed = std::make_shared<PlaybackFeed>(rate, channels, kRingSeconds);
        m_resampler.emplace(kSoundRate, rate);
        m_nextSample = first;
        m_allPushed = false;
        m_ready.clear();
        m_nextReady = 0;
        topUp(); // before the first callback
        return m_feed.get();
    });
}

void PlaybackStream::close()
{
    if (!m_stream)
        return;
    if (!m_link->finished)
        m_link->position = heard();
    m_stream.reset();
}

double PlaybackStream::heard() const
{
    const double given = double(m_feed->framesGiven()) / m_feed->rate();
    const double latency = m_stream ? m_stream->latency() : 0;
    return std::clamp(m_from + given - latency, m_from, double(m_samples->size()) / kSoundRate);
}

void PlaybackStream::topUp()
{
    while (true) {
        m_nextReady += m_feed->write(m_ready.data() + m_nextReady, m_ready.size() - m_nextReady);
        if (m_nextReady < m_ready.size())
            return; // the ring is full
        m_ready.clear();
        m_nextReady = 0;
        if (m_allPushed) {
            m_feed->end();
            return;
        }
        const std::size_t some = std::min(kPiece, m_samples->size() - m_nextSample);
        m_resampler->push(m_samples->data() + m_nextSample, some, m_ready);
        m_nextSample += some;
        if (m_nextSample == m_samples->size()) {
            m_resampler->finish(m_ready);
            m_allPushed = true;
        }
        for (float &value : m_ready)
            value = std::isfinite(value) ? std::clamp(value, -1.0f, 1.0f) : 0.0f;
    }
}

bool PlaybackStream::check(Clock::time_point now)
{
    topUp();
    m_link->position = heard();
    if (m_feed->done() && !m_doneAt)
        m_doneAt =
            now + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(m_stream->latency()));
    if (m_doneAt && now >= *m_doneAt) {
        m_link->position = double(m_samples->size()) / kSoundRate;
        m_link->finished = true;
        return true;
    }
    return m_stream->active() && m_heartbeat.beats(m_feed->callbacks(), now);
}

bool PlaybackStream::lost(const std::string &why)
{
    {
        const std::scoped_lock lock(m_link->mutex);
        m_link->error = why;
    }
    m_link->finished = true;
    return false;
}

} // namespace orrery::media
