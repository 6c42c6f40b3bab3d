// SPDX-License-Identifier: Apache-2.0
#include "app/window/reports.h"

#include "app/host/host.h"
#include "app/host/stall_meter.h"
#include "app/window/main_window.h"
#include "app/window/stage.h"
#include "engine/api/bench.h"
#include "orrery/page.h"
#include "orrery/tour.h"

#include <QApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <unistd.h>

namespace orrery {

namespace {

void print(const QJsonObject &json)
{
    std::fputs(QJsonDocument(json).toJson(QJsonDocument::Indented).constData(), stdout);
    std::fflush(stdout);
}

QJsonObject distribution(const std::vector<double> &values)
{
    return {{QStringLiteral("count"), qint64(values.size())},
            {QStringLiteral("p50"), StallMeter::percentile(values, 0.5)},
            {QStringLiteral("p90"), StallMeter::percentile(values, 0.9)},
            {QStringLiteral("p99"), StallMeter::percentile(values, 0.99)},
            {QStringLiteral("max"), StallMeter::percentile(values, 1)},
            {QStringLiteral("over_16_ms"),
             qint64(std::count_if(values.begin(), values.end(), [](double v) { return v > 16; }))}};
}

/// Is a library of that name mapped into this process?
bool isLoaded(const char *library)
{
    QFile maps(QStringLiteral("/proc/self/maps"));
    return maps.open(QIODevice::ReadOnly) && maps.readAll().contains(library);
}

/// Calls `ready` once the page on the stage has shown a first result.
void onFirstResult(MainWindow &window, QObject *context, std::function<void()> ready)
{
    const auto watch = [context, ready](Page *page) {
        if (page)
            QObject::connect(page, &Page::firstResult, context, ready);
    };
    watch(window.stage()->current());
    QObject::connect(window.stage(), &Stage::currentChanged, context, watch);
}

class StartupReport final : public QObject
{
public:
    StartupReport(Host &host, MainWindow &window) : QObject(&window)
    {
        connect(&window, &MainWindow::firstPaint, this, [this] {
            record("first_paint_ms");
            // What a machine that does nothing else would need at most.
            m_more.insert(QStringLiteral("first_paint_cpu_ms"), double(std::clock()) * 1000 / CLOCKS_PER_SEC);
            m_more.insert(QStringLiteral("torch_loaded_at_first_paint"), isLoaded("libtorch_cpu"));
        });
        connect(&host, &PluginHost::engineReady, this, [this, &host] {
            if (const auto &state = *host.engineState()) {
                m_more.insert(QStringLiteral("blas_library"), QString::fromStdString(state->blasLibrary));
                record("engine_ready_ms");
            } else {
                m_more.insert(QStringLiteral("error"), QString::fromStdString(state.error().message));
                finish();
            }
        });
        onFirstResult(window, this, [this] { record("first_ranking_ms"); });
        QTimer::singleShot(60000, this, [this] { finish(); });
    }

private:
    void record(const char *key)
    {
        if (!m_json.contains(QLatin1String(key)))
            m_json.insert(QLatin1String(key), std::round(msSinceProcessStart()));
        if (m_json.size() == 3)
            finish();
    }
    void finish()
    {
        const bool complete = m_json.size() == 3;
        for (const char *key : {"first_paint_ms", "engine_ready_ms", "first_ranking_ms"})
            if (!m_json.contains(QLatin1String(key)))
                m_json.insert(QLatin1String(key), QJsonValue::Null);
        for (auto it = m_more.begin(); it != m_more.end(); ++it)
            m_json.insert(it.key(), it.value());
        print(m_json);
        QApplication::exit(complete ? 0 : 1);
    }
    QJsonObject m_json; ///< the three times
    QJsonObject m_more; ///< what was loaded by then
};

class StallReport final : public QObject
{
public:
    StallReport(Host &host, MainWindow &window, int seconds)
        : QObject(&window), m_host(host), m_window(window), m_seconds(seconds)
    {
        onFirstResult(window, this, [this] {
            if (!m_started)
                QTimer::singleShot(500, this, &StallReport::begin); // let the window come to rest
            m_started = true;
        });
        QTimer::singleShot(60000, this, [this] {
            if (!m_started)
                fail("no first result within a minute");
        });
    }

private:
    void begin()
    {
        Page *page = m_window.stage()->current();
        page->focusPrompt();
        m_box = m_window.focusWidget(); // also where no window manager makes the window active
        if (!m_box) {
            fail("the page has no box to type in");
            return;
        }
        bench::BusyRequest request;
        request.seconds = m_seconds + 5;
        m_busy =
            m_host.submit(this, bench::kBusy, request, {.lane = Lane::Background, .title = "Keeping the engine busy"},
                          [this](const Result<bench::BusyResult> &result) {
                              if (!result && result.error().code != ErrorCode::Cancelled)
                                  fail(result.error().message.c_str());
                          });
        m_meter.start();
        auto *keys = new QTimer(this);
        keys->setInterval(60);
        connect(keys, &QTimer::timeout, this, [this] {
            static const QString kText = QStringLiteral("red fox, blue cat, two stars\n");
            // Posted, as the window system does it; the meter's events wait in the same queue.
            const QChar letter = kText[m_typed++ % kText.size()];
            const int code = letter == u'\n' ? int(Qt::Key_Return) : int(letter.toUpper().unicode());
            const QString text = letter == u'\n' ? QStringLiteral("\r") : QString(letter);
            QApplication::postEvent(m_box, new QKeyEvent(QEvent::KeyPress, code, Qt::NoModifier, text));
            QApplication::postEvent(m_box, new QKeyEvent(QEvent::KeyRelease, code, Qt::NoModifier, text));
        });
        keys->start();
        QTimer::singleShot(m_seconds * 1000, this, [this, keys] {
            keys->stop();
            m_meter.stop();
            const JobRecord busy = m_busy.record();
            m_busy.cancel();
            print({{QStringLiteral("seconds"), m_seconds},
                   {QStringLiteral("keys_typed"), m_typed},
                   {QStringLiteral("busy_steps"), qint64(busy.steps)},
                   {QStringLiteral("waits_ms"), distribution(m_meter.waitsMs())}});
            QApplication::exit(busy.steps > 0 ? 0 : 1);
        });
    }
    void fail(const char *why)
    {
        print({{QStringLiteral("error"), QString::fromUtf8(why)}});
        QApplication::exit(1);
    }

    Host &m_host;
    MainWindow &m_window;
    int m_seconds;
    int m_typed = 0;
    bool m_started = false;
    QPointer<QWidget> m_box;
    StallMeter m_meter;
    JobControl m_busy;
};

} // namespace

double msSinceProcessStart()
{
    // Field 22 of /proc/self/stat: ticks since the machine started. The name in field 2 may hold spaces.
    QFile stat(QStringLiteral("/proc/self/stat"));
    if (!stat.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray line = stat.readAll();
    const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    const double startMs = fields.value(19).toDouble() * 1000 / double(::sysconf(_SC_CLK_TCK));
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return double(now.tv_sec) * 1000 + double(now.tv_nsec) / 1e6 - startMs;
}

void reportStartup(Host &host, MainWindow &window)
{
    new StartupReport(host, window); // lives with the window
}

void reportStalls(Host &host, MainWindow &window, int seconds)
{
    new StallReport(host, window, seconds);
}

} // namespace orrery
