// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/capture_stream.h"

#include "engine/media/sound/hand_out.h"

namespace orrery::media {

namespace {

/// A listener that pauses for longer loses sound; one hour of it would be 700 MB.
constexpr double kRingSeconds = 10;
/// So many times a device may come and go before the oldest sound that nobody has read is given up.
constexpr std::size_t kMostFeeds = 4;

} // namespace

void CaptureLink::add(CaptureState &state, const CaptureFeed &feed)
{
    const std::uint64_t written = feed.framesTaken() - feed.framesLost();
    state.samples += static_cast<std::uint64_t>(double(written) * kSoundRate / feed.rate());
    state.overruns += feed.overruns();
    state.lostSamples += feed.framesLost();
}

void CaptureLink::begin(std::shared_ptr<CaptureFeed> feed, std::string device, double latency)
{
    const std::scoped_lock lock(m_mutex);
    if (m_feeds.size() >= kMostFeeds) {
        add(m_before, *m_feeds.front().feed);
        ++m_before.overruns;
        m_feeds.pop_front();
    }
    m_feeds.push_back({std::move(feed), false});
    m_before.device = std::move(device);
    m_before.deviceMs = latency * 1000;
    m_before.lost = false;
}

void CaptureLink::end()
{
    const std::scoped_lock lock(m_mutex);
    m_feeds.back().ended = true;
    ++m_before.overruns; // what is said until it is opened again is lost
}

void CaptureLink::setLost()
{
    const std::scoped_lock lock(m_mutex);
    m_before.lost = true;
}

std::shared_ptr<CaptureFeed> CaptureLink::current(bool &ended) const
{
    const std::scoped_lock lock(m_mutex);
    if (m_feeds.empty())
        return nullptr;
    ended = m_feeds.front().ended;
    return m_feeds.front().feed;
}

void CaptureLink::drop(const CaptureFeed &feed)
{
    const std::scoped_lock lock(m_mutex);
    if (m_feeds.empty() || m_feeds.front().feed.get() != &feed)
        return;
    add(m_before, *m_feeds.front().feed);
    m_feeds.pop_front();
}

CaptureState CaptureLink::state() const
{
    const std::scoped_lock lock(m_mutex);
    CaptureState state = m_before;
    for (const Feed &feed : m_feeds)
        add(state, *feed.feed);
    if (!m_feeds.empty() && !m_feeds.back().ended)
        state.peak = m_feeds.back().feed->peak();
    return state;
}

void CaptureStream::open(const PortAudioSession &session)
{
    const PaDeviceIndex device = session.find(m_id, PortAudioSession::Direction::Input);
    m_stream.emplace(session, device, PortAudioSession::Direction::Input, [this](double rate, int channels) {
        m_feed = std::make_shared<CaptureFeed>(rate, channels, kRingSeconds);
        return m_feed.get();
    });
    m_heartbeat = {};
    m_link->begin(m_feed, session.idOf(device), m_stream->latency());
}

void CaptureStream::close()
{
    if (!m_stream)
        return;
    m_stream.reset();
    m_link->end();
}

bool CaptureStream::check(Clock::time_point now)
{
    return m_stream->active() && m_heartbeat.beats(m_feed->framesTaken(), now);
}

bool CaptureStream::lost(const std::string &)
{
    m_link->setLost();
    return true; // it may come back at any time
}

std::size_t CaptureReader::read(float *samples, std::size_t most)
{
    return handOut(m_ready, m_next, samples, most, [this] { fill(); });
}

void CaptureReader::fill()
{
    constexpr std::size_t kPiece = 4096;
    m_ready.clear();
    m_next = 0;
    while (m_ready.empty()) {
        bool ended = false; // asked before reading: what an ended feed has is all in its ring
        const std::shared_ptr<CaptureFeed> feed = m_link->current(ended);
        if (!feed)
            return;
        if (feed != m_feed) {
            if (m_resampler)
                m_resampler->finish(m_ready); // of a feed that was given up
            m_feed = feed;
            m_resampler.emplace(feed->rate(), kSoundRate);
        }
        m_raw.resize(kPiece);
        const std::size_t got = feed->read(m_raw.data(), kPiece);
        m_resampler->push(m_raw.data(), got, m_ready);
        if (got == 0) {
            if (!ended)
                return;
            m_resampler->finish(m_ready);
            m_resampler.reset();
            m_link->drop(*feed);
            m_feed.reset();
        }
    }
}

} // namespace orrery::media
