// SPDX-License-Identifier: Apache-2.0
// What moves: gliding, the cursor, a stream; and the spectrogram, which comes from another thread.
#include "widgets/timeline/internal/timeline_private.h"

#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include <algorithm>
#include <cmath>
#include <utility>

namespace orrery {

namespace {

constexpr int kTickMs = 16;
constexpr int kSlowTickMs = 40; ///< where the processor draws: it has a model to compute as well
constexpr double kSlowFrameMs = 28, kNewShare = 0.1;
constexpr double kLargestScale = 4000; ///< pixels a second: a frame of 20 ms is 80 wide
constexpr double kStreamSeconds = 6;   ///< in view when a stream begins
constexpr double kCatchUp = 4;         ///< share a second by which a stream's edge comes nearer to what was heard
constexpr std::int64_t kPieceColumns = 4000;
constexpr int kHop = MelSpectrum::kHop;

} // namespace

TimelineView::Private::Private(TimelineView *owner) : view(owner)
{
    clock.start();
    tiles.clear();
    ticker.setTimerType(Qt::PreciseTimer);
    ticker.setInterval(kTickMs);
    QObject::connect(&ticker, &QTimer::timeout, view, [this] { tick(); });
}

TimelineView::Private::~Private()
{
    if (stop)
        *stop = true;
}

bool TimelineView::Private::moving() const
{
    return live || gliding || (cursorRuns && cursorAt >= 0);
}

void TimelineView::Private::wake()
{
    if (moving() && view->isVisible()) {
        if (!ticker.isActive()) {
            lastTick = double(clock.nsecsElapsed()) * 1e-9;
            ticker.start();
        }
    } else {
        ticker.stop();
    }
}

void TimelineView::Private::tick()
{
    const double now = double(clock.nsecsElapsed()) * 1e-9;
    const double dt = std::clamp(now - lastTick, 0.0, 0.25);
    lastTick = now;
    if (live)
        followStream(dt);
    if (gliding) {
        const double place = gliding->ms > 0 ? std::min(1.0, (now - gliding->started) * 1000 / gliding->ms) : 1;
        const double eased = 1 - std::pow(1 - place, 3);
        begin = gliding->fromBegin + (gliding->toBegin - gliding->fromBegin) * eased;
        scale = gliding->fromScale * std::pow(gliding->toScale / gliding->fromScale, eased);
        if (place >= 1)
            gliding.reset();
    }
    if (cursorRuns)
        keepCursorInView();
    awaited = true;
    refresh();
    wake();
}

void TimelineView::Private::shown()
{
    if (!std::exchange(awaited, false))
        return;
    const double took = (double(clock.nsecsElapsed()) * 1e-9 - lastTick) * 1000;
    frameMs = frameMs > 0 ? frameMs * (1 - kNewShare) + took * kNewShare : took;
    const int wanted = frameMs > kSlowFrameMs ? kSlowTickMs : kTickMs;
    if (ticker.interval() != wanted)
        ticker.setInterval(wanted);
}

double TimelineView::Private::smallestScale() const
{
    const double seconds = live ? std::max(kStreamSeconds, kMostSeconds)
                                : std::max(0.05, sound.endSeconds() - double(sound.first()) / SoundTrack::kRate);
    return std::max(1, view->width()) / seconds;
}

void TimelineView::Private::setView(double newBegin, double newScale)
{
    scale = std::clamp(newScale, smallestScale(), std::max(kLargestScale, smallestScale()));
    const double first = double(sound.first()) / SoundTrack::kRate;
    const double last = std::max(first, (live ? shownEnd : sound.endSeconds()) - span());
    begin = live && follow ? shownEnd - span() : std::clamp(newBegin, std::min(first, last), last);
    refresh();
}

void TimelineView::Private::glide(double newBegin, double newScale, int ms)
{
    newScale = std::clamp(newScale, smallestScale(), std::max(kLargestScale, smallestScale()));
    const double first = double(sound.first()) / SoundTrack::kRate;
    newBegin = std::clamp(newBegin, first, std::max(first, sound.endSeconds() - view->width() / newScale));
    if (ms <= 0 || live) {
        gliding.reset();
        setView(newBegin, newScale);
        return;
    }
    gliding = Glide{begin, scale, newBegin, newScale, double(clock.nsecsElapsed()) * 1e-9, ms};
    wake();
}

void TimelineView::Private::zoom(double about, double factor, int ms)
{
    const double seconds = secondsAt(about);
    const double wanted = std::clamp(scale * factor, smallestScale(), kLargestScale);
    fitted = !live && wanted <= smallestScale() * 1.0001;
    glide(seconds - about / wanted, wanted, ms);
}

void TimelineView::Private::pan(double seconds)
{
    gliding.reset();
    fitted = false;
    if (live) // back at the edge it goes along again
        follow = begin + seconds + span() >= shownEnd - 0.02;
    setView(begin + seconds, scale);
}

double TimelineView::Private::cursorNow() const
{
    if (cursorAt < 0 || !cursorRuns)
        return cursorAt;
    return std::min(sound.endSeconds(), cursorAt + double(cursorClock.nsecsElapsed()) * 1e-9);
}

void TimelineView::Private::followStream(double dt)
{
    // Sound comes in pieces; the edge moves evenly, a little behind, and is never ahead of what was heard.
    const double heard = sound.endSeconds();
    shownEnd = std::min(heard, shownEnd + dt + (heard - shownEnd - dt) * std::min(1.0, kCatchUp * dt));
    setView(begin, scale);
}

void TimelineView::Private::keepCursorInView()
{
    const double at = cursorNow();
    if (pressed || gliding || at < 0 || span() >= sound.endSeconds() * 0.999)
        return;
    if (at > secondsAt(view->width() * 0.9) || at < begin)
        glide(at - span() * 0.1, scale, Theme::instance().motionMs());
}

void TimelineView::Private::makeSpectrogram()
{
    if (stop)
        *stop = true;
    tiles.clear();
    stop = std::make_shared<std::atomic<bool>>(false);
    if (sound.empty())
        return;
    const SoundTrack copy = sound; // shares the samples
    QThreadPool::globalInstance()->start([copy, stop = stop, guard = QPointer<TimelineView>(view)] {
        MelSpectrum mel;
        const std::int64_t all = (copy.end() + kHop - 1) / kHop;
        for (std::int64_t from = 0; from < all; from += kPieceColumns) {
            const std::int64_t to = std::min(all, from + kPieceColumns);
            std::vector<std::uint8_t> columns(std::size_t((to - from) * MelSpectrum::kBands));
            for (std::int64_t i = from; i < to && !*stop; ++i)
                mel.column(copy.from(0), copy.end(), i * kHop, &columns[std::size_t((i - from) * MelSpectrum::kBands)]);
            if (*stop)
                return;
            // To the application, which is there as long as threads are: the view may go meanwhile.
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [guard, stop, columns = std::move(columns), count = to - from] {
                    if (!guard || *stop)
                        return;
                    guard->d->tiles.append(columns.data(), count);
                    guard->d->refresh();
                },
                Qt::QueuedConnection);
        }
    });
}

void TimelineView::Private::appendColumns()
{
    // A column is known when all of its window was heard.
    const std::int64_t ready = (sound.end() - MelSpectrum::kWindow / 2) / kHop;
    std::vector<std::uint8_t> columns;
    std::int64_t made = 0;
    for (std::int64_t i = tiles.end(); i <= ready; ++i, ++made) {
        columns.resize(std::size_t((made + 1) * MelSpectrum::kBands));
        spectrum.column(sound.from(sound.first()), sound.end() - sound.first(), i * kHop - sound.first(),
                        &columns[std::size_t(made * MelSpectrum::kBands)]);
    }
    tiles.append(columns.data(), made);
}

} // namespace orrery
