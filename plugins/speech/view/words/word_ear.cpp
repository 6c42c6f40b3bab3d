// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/words/word_ear.h"

#include <algorithm>

namespace orrery::speech {

namespace {
constexpr int kPollMs = 33;
} // namespace

WordEar::WordEar(PluginHost &host, QObject *parent) : QObject(parent), m_host(host)
{
    m_timer.setInterval(kPollMs);
    connect(&m_timer, &QTimer::timeout, this, &WordEar::poll);
}

WordEar::~WordEar()
{
    if (m_job.valid())
        m_job.cancel();
}

void WordEar::start(const QString &device)
{
    if (isOn())
        return;
    m_feed = std::make_shared<StreamFeed>();
    m_lost = false;
    forget();
    ListenRequest request;
    // Only its sound is used: cepstra cost next to nothing, and every word is heard by both ears when it is over.
    request.model = kMfcc;
    request.device = device.toStdString();
    request.feed = m_feed;
    m_job =
        m_host.submit(this, kListen, std::move(request),
                      {.lane = Lane::Live, .title = tr("Word board").toStdString(), .channel = "speech.words.listen"},
                      [this, feed = m_feed](const Result<ListenResult> &result) {
                          if (feed != m_feed)
                              return; // stopped, and perhaps started again
                          poll();
                          m_feed.reset();
                          m_timer.stop();
                          forget();
                          if (!result && result.error().code != ErrorCode::Cancelled)
                              Q_EMIT failed(result.error());
                          Q_EMIT changed();
                      });
    m_timer.start();
    Q_EMIT changed();
}

void WordEar::stop()
{
    if (!isOn())
        return;
    m_feed.reset();
    m_job.cancel();
    m_timer.stop();
    forget();
    Q_EMIT levelChanged();
    Q_EMIT changed();
}

void WordEar::setMuted(bool muted)
{
    if (muted == m_muted)
        return;
    m_muted = muted;
    forget();
    Q_EMIT changed();
}

void WordEar::forget()
{
    m_cutter = isOn() ? std::make_unique<WordCutter>() : nullptr;
    m_recent.clear();
    m_recentFrom = 0;
    m_tooLong = 0;
}

void WordEar::poll()
{
    if (!m_feed)
        return;
    const StreamFeed::Update update = m_feed->take();
    if (update.capture.lost != m_lost) {
        m_lost = update.capture.lost;
        Q_EMIT changed();
    }
    if (m_muted || update.samples.empty() || !m_cutter)
        return;
    m_recent.insert(m_recent.end(), update.samples.begin(), update.samples.end());
    const std::vector<WordSpan> words = m_cutter->add(update.samples.data(), update.samples.size());
    std::vector<Samples> sounds;
    for (const WordSpan &word : words)
        sounds.push_back(std::make_shared<const std::vector<float>>(m_recent.begin() + (word.begin - m_recentFrom),
                                                                    m_recent.begin() + (word.end - m_recentFrom)));
    const std::int64_t needed = std::min(m_cutter->neededFrom(), m_recentFrom + std::int64_t(m_recent.size()));
    if (needed > m_recentFrom) {
        m_recent.erase(m_recent.begin(), m_recent.begin() + (needed - m_recentFrom));
        m_recentFrom = needed;
    }
    const bool long_ = m_cutter->tooLong() != m_tooLong;
    m_tooLong = m_cutter->tooLong();
    Q_EMIT levelChanged();
    if (long_)
        Q_EMIT tooLong();
    for (const Samples &sound : sounds)
        Q_EMIT word(sound);
}

} // namespace orrery::speech
