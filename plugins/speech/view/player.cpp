// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/player.h"

#include <algorithm>
#include <any>

namespace orrery::speech {

Player::Player(PluginHost &host, QObject *parent) : QObject(parent), m_host(host) {}

Player::~Player()
{
    m_job.cancel(); // or a page that was taken away would play on, and nothing could stop it
}

void Player::play(QList<Part> parts)
{
    m_job.cancel();
    m_waiting = std::move(parts);
    playNext();
}

bool Player::stop()
{
    if (!m_playing)
        return false;
    ++m_number;
    m_job.cancel();
    m_waiting.clear();
    m_playing = false;
    Q_EMIT finished();
    return true;
}

Samples Player::samples() const
{
    if (!m_playing || !m_part.samples)
        return nullptr;
    const std::vector<float> &all = *m_part.samples;
    const auto at = [&](double seconds) {
        return all.begin() + std::ptrdiff_t(std::clamp(seconds * kSoundRate, 0.0, double(all.size())));
    };
    const auto from = at(m_part.from), to = m_part.to > 0 ? at(m_part.to) : all.end();
    return std::make_shared<const std::vector<float>>(from, std::max(from, to));
}

void Player::playNext()
{
    ++m_number;
    if (m_waiting.isEmpty()) {
        m_playing = false;
        Q_EMIT finished();
        return;
    }
    m_part = m_waiting.takeFirst();
    m_playing = true;
    sound::PlayRequest request;
    request.sound.samples = m_part.samples;
    request.fromSeconds = m_part.from;
    request.toSeconds = m_part.to;
    request.device = m_device.toStdString();
    JobOptions options;
    options.lane = Lane::Live;
    options.title = tr("Play").toStdString();
    m_job = m_host.submit(
        this, sound::kPlay, std::move(request), std::move(options),
        [this, number = m_number](const Result<sound::PlayResult> &result) {
            if (number != m_number)
                return;
            if (result || result.error().code == ErrorCode::Cancelled) {
                playNext();
                return;
            }
            m_waiting.clear();
            m_playing = false;
            Q_EMIT failed(result.error());
            Q_EMIT finished();
        },
        [this, number = m_number](const Progress &progress) {
            if (number != m_number)
                return;
            if (const auto *played = std::any_cast<sound::PlayResult>(&progress.partial))
                Q_EMIT moved(played->position);
        });
    Q_EMIT started();
}

} // namespace orrery::speech
