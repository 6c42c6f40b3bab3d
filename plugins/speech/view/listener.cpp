// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/listener.h"

namespace orrery::speech {

namespace {
constexpr int kLookMs = 15; ///< about once a frame of the screen
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
    request.model = kind.model.toStdString();
    request.codebook = kind.codebook;
    request.device = device.toStdString();
    start(std::move(request), Source::Microphone);
}

void LiveListener::rehearse(const UnitKind &kind, Samples samples)
{
    ListenRequest request;
    request.model = kind.model.toStdString();
    request.codebook = kind.codebook;
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
    request.feed = m_feed;
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
    const StreamFeed::Update update = m_feed->take();
    m_figures = update;
    m_figures.samples.clear();
    m_figures.units.clear();
    m_figures.frames.clear();
    m_seconds += double(update.samples.size()) / kSoundRate;
    if (!update.samples.empty() || !update.units.empty() || update.capture.lost)
        Q_EMIT updated(update);
}

} // namespace orrery::speech
