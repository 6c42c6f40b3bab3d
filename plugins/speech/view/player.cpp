// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/player.h"

#include <any>

namespace orrery::speech {

Player::Player(PluginHost &host, QObject *parent) : QObject(parent), m_host(host) {}

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
