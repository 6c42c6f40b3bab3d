// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/stream_keeper.h"

#include "engine/core/error.h"

#include <algorithm>

namespace orrery::media {

namespace {

constexpr std::chrono::seconds kSearchInterval(1);

} // namespace

void StreamKeeper::begin()
{
    m_hardware = PortAudioSession::hardware(); // first: what changes meanwhile is looked for again
    m_session = std::make_unique<PortAudioSession>();
}

void StreamKeeper::end()
{
    if (m_streams.empty())
        m_session.reset();
}

std::vector<SoundDevice> StreamKeeper::list()
{
    if (!m_session)
        begin();
    else if (PortAudioSession::hardware() != m_hardware)
        rescan();
    std::vector<SoundDevice> devices;
    if (m_session)
        devices = m_session->devices();
    end();
    return devices;
}

void StreamKeeper::add(const std::shared_ptr<WatchedStream> &stream)
{
    if (!m_session)
        begin();
    else if (PortAudioSession::hardware() != m_hardware)
        rescan();
    try {
        stream->open(*m_session);
    } catch (...) {
        end();
        throw;
    }
    m_streams.push_back(stream);
}

void StreamKeeper::remove(const std::shared_ptr<WatchedStream> &stream)
{
    stream->close();
    std::erase(m_streams, stream);
    end();
}

bool StreamKeeper::tryToOpen(WatchedStream &stream)
{
    try {
        if (!m_session)
            begin();
        stream.open(*m_session);
        return true;
    } catch (const Exception &error) {
        return stream.lost(error.what());
    }
}

void StreamKeeper::rescan()
{
    for (const auto &stream : m_streams)
        stream->close();
    m_session.reset();
    std::erase_if(m_streams, [this](const auto &stream) { return !tryToOpen(*stream); });
}

void StreamKeeper::watch(Clock::time_point now)
{
    std::erase_if(m_streams, [now](const auto &stream) {
        bool keep = true;
        if (stream->isOpen() && !stream->check(now)) {
            stream->close();
            keep = stream->lost("The sound device is gone");
        }
        if (!stream->over())
            return !keep;
        stream->close();
        return true;
    });
    const auto open = [](const auto &stream) { return stream->isOpen(); };
    if (now >= m_nextSearch && !std::all_of(m_streams.begin(), m_streams.end(), open)) {
        m_nextSearch = now + kSearchInterval;
        // A device that came back is seen by a new session only; streams that run are interrupted for it only when the
        // hardware has changed.
        if (std::none_of(m_streams.begin(), m_streams.end(), open) || PortAudioSession::hardware() != m_hardware)
            rescan();
        else
            std::erase_if(m_streams, [this](const auto &stream) { return !stream->isOpen() && !tryToOpen(*stream); });
    }
    end();
}

} // namespace orrery::media
