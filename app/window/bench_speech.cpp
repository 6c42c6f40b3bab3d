// SPDX-License-Identifier: Apache-2.0
#include "app/window/bench_speech.h"

#include "app/host/host.h"
#include "engine/api/maps.h"
#include "engine/api/speech.h"
#include "widgets/timeline/timeline_view.h"

#include <QApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

namespace orrery {

namespace {

using SpeechClock = std::chrono::steady_clock;

constexpr QSize kTimelineSize(1280, 400);
constexpr int kLookEveryMs = 15; // as the page Speech looks
constexpr double kBarPaintedMs = 100, kBarRealTime = 0.1;
constexpr double kFirstFrameMs = 12.5;

double shareOf(std::vector<double> values, double share)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * double(values.size() - 1) + 0.5)];
}

/// Points enough that t-SNE is busy for longer than anybody measures.
maps::EmbedRequest endlessMap()
{
    maps::EmbedRequest request;
    auto points = std::make_shared<NpyMatrix>();
    points->rows = 5000;
    points->columns = 50;
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (std::int64_t i = 0; i < points->rows * points->columns; ++i)
        points->values.push_back(normal(random));
    request.points = points;
    request.method = maps::Method::Tsne;
    request.iterations = 1'000'000;
    return request;
}

class SpeechBench final : public QObject
{
public:
    SpeechBench(Host &host, double seconds) : m_host(host), m_seconds(seconds)
    {
        m_view.setWindowFlag(Qt::FramelessWindowHint);
        m_view.resize(kTimelineSize);
        connect(&m_view, &TimelineView::presented, this, [this] { painted(); });
        m_looks.setInterval(kLookEveryMs);
        m_looks.setTimerType(Qt::PreciseTimer);
        connect(&m_looks, &QTimer::timeout, this, [this] { look(); });
        m_view.show();
        m_host.engineService().start(m_host.settings().engineSettings());
        sound::LoadRequest request;
        request.sound.path =
            (m_host.resourceFolder() + QStringLiteral("/examples/speech/she_sells.flac")).toStdString();
        m_host.submit(this, sound::kLoad, std::move(request),
                      {.lane = Lane::Interactive, .title = "Read", .channel = {}},
                      [this](const Result<sound::LoadResult> &result) {
                          if (!result)
                              return fail(result.error());
                          auto samples = std::make_shared<std::vector<float>>();
                          while (double(samples->size()) < m_seconds * kSoundRate)
                              samples->insert(samples->end(), result->samples->begin(), result->samples->end());
                          samples->resize(std::size_t(m_seconds * kSoundRate));
                          m_samples = samples;
                          wholeSound();
                      });
    }

private:
    /// The model without a clock; it is loaded by this, too.
    void wholeSound()
    {
        speech::UnitsRequest request;
        request.sounds = {{{}, m_samples, "speech"}};
        m_host.submit(this, speech::kUnits, std::move(request),
                      {.lane = Lane::Interactive, .title = "Units", .channel = {}},
                      [this](const Result<speech::UnitsResult> &result) {
                          if (!result)
                              return fail(result.error());
                          m_json.insert(QStringLiteral("model"), QString::fromStdString(result->model));
                          m_wholeFactor = result->seconds / m_seconds;
                          listen(QStringLiteral("alone"));
                      });
    }

    void listen(const QString &phase)
    {
        m_phase = phase;
        m_latencies.clear();
        m_waiting.clear();
        m_next = 0;
        m_feed = std::make_shared<speech::StreamFeed>();
        m_view.startStream(20, kFirstFrameMs);
        speech::ListenRequest request;
        request.sound.samples = m_samples;
        request.feed = m_feed;
        request.frames = true; // as the page asks for them
        m_looks.start();
        m_host.submit(this, speech::kListen, std::move(request), {.lane = Lane::Live, .title = "Listen", .channel = {}},
                      [this](const Result<speech::ListenResult> &result) {
                          if (!result)
                              return fail(result.error());
                          look();
                          QTimer::singleShot(200, this, [this, result = *result] { phaseEnded(result); });
                      });
    }

    void look()
    {
        const speech::StreamFeed::Update update = m_feed->take();
        m_view.append(update.samples.data(), update.samples.size());
        for (const speech::StreamFeed::Unit &unit : update.units) {
            m_view.putUnit(unit.frame, unit.unit, unit.settled);
            if (unit.frame < m_next)
                continue; // it was there already
            m_next = unit.frame + 1;
            m_waiting.push_back(unit);
        }
        m_figures = update;
    }

    void painted()
    {
        const SpeechClock::time_point now = SpeechClock::now();
        for (const speech::StreamFeed::Unit &unit : m_waiting)
            m_latencies.push_back(unit.latencyMs + std::chrono::duration<double, std::milli>(now - unit.told).count());
        m_waiting.clear();
    }

    void phaseEnded(const speech::ListenResult &result)
    {
        m_looks.stop();
        m_view.endStream();
        const double worst = shareOf(m_latencies, 0.99), factor = result.computeSeconds / result.seconds;
        m_kept = m_kept && worst <= kBarPaintedMs && !m_latencies.empty();
        m_json.insert(m_phase, QJsonObject{{QStringLiteral("units"), qint64(m_latencies.size())},
                                           {QStringLiteral("painted_ms"), shareOf(m_latencies, 0.5)},
                                           {QStringLiteral("painted_ms_p99"), worst},
                                           {QStringLiteral("painted_ms_max"), shareOf(m_latencies, 1)},
                                           {QStringLiteral("context_ms"), m_figures.contextMs},
                                           {QStringLiteral("settled_after_ms"), result.settleMs},
                                           {QStringLiteral("real_time_factor_live"), factor},
                                           {QStringLiteral("dropped_samples"), qint64(m_figures.droppedSamples)}});
        if (m_phase != QLatin1String("alone"))
            return report();
        m_map = m_host.submit(this, maps::kEmbed, endlessMap(),
                              {.lane = Lane::Background, .title = "A map", .channel = {}}, {});
        waitForMap();
    }

    /// Until it has found its neighbours and moves its points.
    void waitForMap()
    {
        if (m_map.record().steps < 20)
            QTimer::singleShot(50, this, [this] { waitForMap(); });
        else
            listen(QStringLiteral("beside_a_map"));
    }

    void report()
    {
        m_json.insert(QStringLiteral("map_steps"), qint64(m_map.record().steps));
        m_map.cancel();
        m_json.insert(QStringLiteral("seconds"), m_seconds);
        m_json.insert(QStringLiteral("renderer"),
                      m_view.usesOpenGl() ? QStringLiteral("OpenGL") : QStringLiteral("QPainter"));
        m_json.insert(QStringLiteral("real_time_factor"), m_wholeFactor);
        m_json.insert(QStringLiteral("bars"),
                      QJsonObject{{QStringLiteral("painted_p99_at_most_100_ms"), m_kept},
                                  {QStringLiteral("real_time_factor_at_most_0.1"), m_wholeFactor <= kBarRealTime}});
        std::fputs(QJsonDocument(m_json).toJson(QJsonDocument::Indented).constData(), stdout);
        std::fflush(stdout);
        m_view.hide();
        QApplication::exit(0);
    }

    void fail(const Error &error)
    {
        std::fprintf(stderr, "orrery: %s\n", error.message.c_str());
        m_map.cancel();
        QApplication::exit(1);
    }

    Host &m_host;
    double m_seconds;
    TimelineView m_view;
    QTimer m_looks;
    Samples m_samples;
    std::shared_ptr<speech::StreamFeed> m_feed;
    speech::StreamFeed::Update m_figures;
    std::vector<speech::StreamFeed::Unit> m_waiting; ///< on the timeline, and not painted yet
    std::vector<double> m_latencies;
    std::int64_t m_next = 0; ///< frame that did not appear yet
    QString m_phase;
    QJsonObject m_json;
    JobControl m_map;
    double m_wholeFactor = 0;
    bool m_kept = true;
};

} // namespace

void benchSpeech(Host &host, double seconds)
{
    static std::unique_ptr<SpeechBench> bench;
    bench = std::make_unique<SpeechBench>(host, seconds);
    QObject::connect(qApp, &QCoreApplication::aboutToQuit, [] { bench.reset(); });
}

} // namespace orrery
