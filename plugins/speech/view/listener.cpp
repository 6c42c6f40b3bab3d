// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/listener.h"

#include <algorithm>

namespace orrery::speech {

namespace {
constexpr int kLookMs = 15; ///< about once a frame of the screen
constexpr std::int64_t kMostSilence = std::int64_t(600) * kSoundRate;
} // namespace

LiveListener::LiveListener(PluginHost &host, QObject *parent) : QObject(parent), m_host(host)
{
    m_looks.setInterval(kLookMs);
    m_looks.setTimerType(Qt::PreciseTimer);
    connect(&m_looks, &QTimer::timeout, this, &LiveListener::look);
}

LiveListener::~LiveListener()
{
    m_job.cancel(); // or the microphone would stay on
}

void LiveListener::listen(const UnitKind &kind, const QString &device)
{
    ListenRequest request;
    kind.putInto(request);
    request.device = device.toStdString();
    start(std::move(request), Source::Microphone);
}

void LiveListener::rehearse(const UnitKind &kind, Samples samples)
{
    ListenRequest request;
    kind.putInto(request);
    request.sound.samples = std::move(samples);
    start(std::move(request), Source::Sound);
}

void LiveListener::start(ListenRequest request, Source source)
{
    stop();
    ++m_number;
    m_feed = std::make_shared<StreamFeed>();
    m_figures = {};
    m_seconds = 0;
    m_next = 0;
    request.feed = m_feed;
    request.frames = true; // 50 kB a second; a map may follow at any time
    JobOptions options;
    options.lane = Lane::Live;
    options.title = (source == Source::Microphone ? tr("Listen to the microphone") : tr("Listen")).toStdString();
    m_source = source;
    m_job = m_host.submit(this, kListen, std::move(request), std::move(options),
                          [this, number = m_number](const Result<ListenResult> &result) {
                              if (number != m_number)
                                  return;
                              look(); // what came last
                              m_looks.stop();
                              m_source = Source::None;
                              m_feed.reset();
                              Q_EMIT sourceChanged();
                              if (result)
                                  Q_EMIT finished();
                              else if (result.error().code != ErrorCode::Cancelled)
                                  Q_EMIT failed(result.error());
                              else
                                  Q_EMIT finished(); // cancelled in the list of work
                          });
    m_looks.start();
    Q_EMIT sourceChanged();
}

bool LiveListener::stop()
{
    if (m_source == Source::None)
        return false;
    ++m_number;
    look();
    m_job.cancel();
    m_looks.stop();
    m_feed.reset();
    m_source = Source::None;
    Q_EMIT sourceChanged();
    return true;
}

void LiveListener::look()
{
    if (!m_feed)
        return;
    StreamFeed::Update update = m_feed->take();
    // More than a minute passed without a look: what was dropped is silence, so that time stays time.
    if (const std::int64_t gap = std::min(update.firstSample - m_next, kMostSilence); gap > 0)
        update.samples.insert(update.samples.begin(), std::size_t(gap), 0.0F);
    m_next += std::int64_t(update.samples.size());
    m_figures = update;
    m_figures.samples.clear();
    m_figures.units.clear();
    m_figures.frames.clear();
    m_seconds += double(update.samples.size()) / kSoundRate;
    if (!update.samples.empty() || !update.units.empty() || update.capture.lost)
        Q_EMIT updated(update);
}

} // namespace orrery::speech
