// SPDX-License-Identifier: Apache-2.0
#include "app/window/bench_scatter.h"

#include "widgets/scatter/scatter_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QTimer>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

namespace orrery {

namespace {

constexpr QSize kSize(1280, 800);
constexpr int kRounds = 5;
constexpr int kFramesMoving = 40;
constexpr int kClusters = 60;
constexpr double kBarFrameMs = 50, kBarRestMs = 1000;

double quantile(std::vector<double> values, double share)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * double(values.size() - 1) + 0.5)];
}

QString rendererName(const ScatterView &view)
{
    if (!view.usesOpenGl())
        return QStringLiteral("QPainter");
    QOpenGLContext context;
    QOffscreenSurface surface;
    surface.create();
    if (!context.create() || !context.makeCurrent(&surface))
        return QStringLiteral("OpenGL");
    return QString::fromLatin1(reinterpret_cast<const char *>(context.functions()->glGetString(GL_RENDERER)));
}

/// Clusters of very different size and closeness, as maps have.
void fill(ScatterView &view, std::int64_t points)
{
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    auto positions = std::make_shared<std::vector<float>>(static_cast<std::size_t>(2 * points));
    ScatterColouring colouring{.kind = ScatterColouring::Kind::Classes, .title = QStringLiteral("Cluster")};
    colouring.classes.resize(static_cast<std::size_t>(points));
    for (int i = 0; i < 15; ++i)
        colouring.names.append(QString::number(i + 1));
    for (std::int64_t row = 0; row < points; ++row) {
        const auto cluster = static_cast<int>(random() % kClusters);
        const float away = std::sqrt(float(cluster)) * 6, angle = 2.4f * float(cluster);
        const float width = 0.6f + 0.5f * float(cluster % 5);
        (*positions)[static_cast<std::size_t>(2 * row)] = away * std::cos(angle) + width * normal(random);
        (*positions)[static_cast<std::size_t>(2 * row + 1)] = away * std::sin(angle) + width * normal(random);
        colouring.classes[static_cast<std::size_t>(row)] = cluster % 15;
    }
    view.setPositions(positions);
    view.setColouring(colouring);
}

/// What a user does: the wheel in, in again, across by dragging, and out; each frame waits for the one before.
class ScatterBench final : public QObject
{
public:
    explicit ScatterBench(std::int64_t points) : m_points(points)
    {
        m_view.setWindowFlag(Qt::FramelessWindowHint);
        m_view.resize(kSize);
        connect(&m_view, &ScatterView::presented, this, [this] { presented(); });
        fill(m_view, points);
        m_view.show();
    }

private:
    enum class Phase
    {
        Waiting, ///< for the next round
        Settling, ///< until the view has been completed once
        Moving,
        Resting,
    };

    void presented()
    {
        switch (m_phase) {
        case Phase::Waiting:
            return;
        case Phase::Settling:
            if (m_view.complete())
                nextRound(300);
            return;
        case Phase::Moving:
            if (!m_moved) // the frame of the last movement was counted
                return;
            m_moved = false;
            m_frames.push_back(double(m_frameClock.nsecsElapsed()) * 1e-6);
            m_mostSingly = std::max(m_mostSingly, m_view.pointsDrawnSingly());
            if (++m_frame >= kFramesMoving) {
                m_phase = Phase::Resting;
                m_restClock.start();
                return;
            }
            // Through the event loop, as the next event of a pointer comes.
            QMetaObject::invokeMethod(this, [this] { move(); }, Qt::QueuedConnection);
            return;
        case Phase::Resting:
            if (!m_view.complete())
                return;
            m_rests.push_back(double(m_restClock.nsecsElapsed()) * 1e-6);
            if (++m_round < kRounds)
                nextRound(50);
            else
                QTimer::singleShot(0, this, [this] { report(); });
            return;
        }
    }

    void nextRound(int afterMs)
    {
        m_phase = Phase::Waiting;
        QTimer::singleShot(afterMs, this, [this] {
            m_phase = Phase::Moving;
            m_frame = 0;
            move();
        });
    }

    void move()
    {
        m_frameClock.start();
        m_moved = true;
        // A round goes in and comes out again, about a place that is not the middle.
        // Not quite as far out as in: where it comes to rest, nothing is kept from an earlier round.
        const int turned = m_frame < kFramesMoving / 2 ? 60 : -58 + m_round;
        QWheelEvent event(QPointF(500, 420), QPointF(500, 420), {}, {0, turned}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&m_view, &event);
    }

    void report()
    {
        const double frame = quantile(m_frames, 0.5), rest = quantile(m_rests, 0.5);
        const QJsonObject json{
            {QStringLiteral("points"), qint64(m_points)},
            {QStringLiteral("size"), QJsonArray{kSize.width(), kSize.height()}},
            {QStringLiteral("renderer"), rendererName(m_view)},
            {QStringLiteral("opengl"), m_view.usesOpenGl()},
            {QStringLiteral("moving"),
             QJsonObject{{QStringLiteral("frames"), qint64(m_frames.size())},
                         {QStringLiteral("frame_ms"), frame},
                         {QStringLiteral("frame_ms_p90"), quantile(m_frames, 0.9)},
                         {QStringLiteral("frames_per_second"), frame > 0 ? 1000 / frame : 0},
                         {QStringLiteral("drawn_singly_at_most"), qint64(m_mostSingly)}}},
            {QStringLiteral("rest"), QJsonObject{{QStringLiteral("rounds"), qint64(m_rests.size())},
                                                 {QStringLiteral("complete_ms"), rest},
                                                 {QStringLiteral("complete_ms_max"), quantile(m_rests, 1)}}},
            {QStringLiteral("bars"),
             QJsonObject{{QStringLiteral("moving_20_frames_per_second"), frame <= kBarFrameMs},
                         {QStringLiteral("at_most_100000_singly"), m_mostSingly <= ScatterView::kDrawnMoving},
                         {QStringLiteral("every_point_within_1_s"), rest <= kBarRestMs}}}};
        std::fputs(QJsonDocument(json).toJson(QJsonDocument::Indented).constData(), stdout);
        std::fflush(stdout);
        m_view.hide();
        QApplication::exit(0);
    }

    std::int64_t m_points;
    ScatterView m_view;
    Phase m_phase = Phase::Settling;
    bool m_moved = false; ///< and not shown yet
    int m_frame = 0, m_round = 0;
    std::int64_t m_mostSingly = 0;
    QElapsedTimer m_frameClock, m_restClock;
    std::vector<double> m_frames, m_rests;
};

} // namespace

void benchScatter(std::int64_t points)
{
    static std::unique_ptr<ScatterBench> bench;
    bench = std::make_unique<ScatterBench>(points);
    QObject::connect(qApp, &QCoreApplication::aboutToQuit, [] { bench.reset(); });
}

} // namespace orrery
