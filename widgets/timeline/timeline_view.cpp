// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/timeline_view.h"

#include "widgets/imgui/open_gl.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/internal/timeline_canvas.h"
#include "widgets/timeline/internal/timeline_private.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>

#include <algorithm>
#include <cmath>

namespace orrery {

TimelineView::TimelineView(QWidget *parent) : QWidget(parent), d(std::make_unique<Private>(this))
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(200, 140);
    setAccessibleName(tr("Sound and its units"));
    d->openGl = openGlIsFast();
    d->canvas = makeTimelineCanvas(this, d->openGl,
                                   {[this](TimelinePen &pen) { d->paint(pen); },
                                    [this] {
                                        d->shown();
                                        Q_EMIT presented();
                                    }});
    connect(&Theme::instance(), &Theme::changed, this, [this] { d->refresh(); });
    d->nameIt();
}

TimelineView::~TimelineView()
{
    delete d->canvas; // it paints until it is gone
}

void TimelineView::setSound(std::shared_ptr<const std::vector<float>> samples)
{
    d->live = d->follow = false;
    d->sound.set(std::move(samples));
    d->units = {};
    d->words.clear();
    d->walker = -1;
    d->cursorAt = -1;
    d->cursorRuns = false;
    d->makeSpectrogram();
    d->gliding.reset();
    fit();
    d->nameIt();
    d->wake();
}

void TimelineView::setUnits(UnitTrack units)
{
    d->units = std::move(units);
    d->nameIt();
    d->refresh();
}

const UnitTrack &TimelineView::units() const
{
    return d->units;
}

void TimelineView::setWords(std::vector<TimelineWord> words)
{
    d->words = std::move(words);
    d->nameIt();
    d->refresh();
}

const std::vector<TimelineWord> &TimelineView::words() const
{
    return d->words;
}

const SoundTrack &TimelineView::sound() const
{
    return d->sound;
}

void TimelineView::startStream(double hopMs, double firstMs)
{
    constexpr double kSecondsInView = 6;
    if (d->stop)
        *d->stop = true;
    d->sound.clear();
    d->tiles.clear();
    d->units = UnitTrack(hopMs, firstMs);
    d->words.clear();
    d->walker = -1;
    d->cursorAt = -1;
    d->cursorRuns = false;
    d->shownEnd = 0;
    d->gliding.reset();
    d->live = d->follow = true;
    d->fitted = false;
    d->setView(0, width() / kSecondsInView);
    d->wake();
}

void TimelineView::append(const float *samples, std::size_t count)
{
    d->sound.append(samples, count);
    d->appendColumns();
    // Pictures of the spectrogram go in large pieces, so the others wait for them.
    const auto oldest = d->sound.end() - std::int64_t(kMostSeconds * SoundTrack::kRate);
    d->tiles.dropBefore(oldest / MelSpectrum::kHop);
    d->sound.dropBefore(d->tiles.first() * MelSpectrum::kHop);
    d->units.dropBefore(d->units.frameAt(double(d->sound.first()) / SoundTrack::kRate));
}

void TimelineView::putUnit(std::int64_t frame, int unit, bool settled)
{
    d->units.put(frame, unit, settled);
    if (!d->live)
        d->refresh();
}

void TimelineView::endStream()
{
    if (!d->live)
        return;
    d->live = d->follow = false;
    d->shownEnd = d->sound.endSeconds();
    d->setView(d->begin, d->scale);
    d->nameIt();
    d->wake();
}

bool TimelineView::streaming() const
{
    return d->live;
}

bool TimelineView::following() const
{
    return d->live && d->follow;
}

void TimelineView::setCursor(double seconds, bool running)
{
    // A clock that is a little off is followed gently: the line would jitter otherwise.
    constexpr double kTolerance = 0.03;
    if (running && d->cursorRuns && std::fabs(d->cursorNow() - seconds) < kTolerance)
        seconds = d->cursorNow() * 0.9 + seconds * 0.1;
    d->cursorAt = seconds;
    d->cursorRuns = running;
    d->cursorClock.restart();
    d->wake();
    d->refresh();
}

double TimelineView::cursor() const
{
    return d->cursorNow();
}

void TimelineView::setSelectedUnit(int unit)
{
    d->selected = unit;
    d->refresh();
}

int TimelineView::selectedUnit() const
{
    return d->selected;
}

void TimelineView::setMessage(const QString &message)
{
    d->message = message;
    d->refresh();
}

QString TimelineView::message() const
{
    return d->message;
}

void TimelineView::setStale(bool stale)
{
    d->stale = stale;
    d->refresh();
}

void TimelineView::fit()
{
    d->fitted = !d->live;
    d->gliding.reset();
    d->setView(double(d->sound.first()) / SoundTrack::kRate, d->smallestScale());
}

void TimelineView::look(double from, double to, int motionMs)
{
    d->fitted = false;
    d->glide(from, width() / std::max(1e-3, to - from), motionMs);
}

double TimelineView::viewBegin() const
{
    return d->begin;
}

double TimelineView::viewEnd() const
{
    return d->begin + d->span();
}

double TimelineView::secondsAt(double x) const
{
    return d->secondsAt(x);
}

double TimelineView::xAt(double seconds) const
{
    return d->xAt(seconds);
}

QRectF TimelineView::waveformRect() const
{
    return d->waveform();
}

QRectF TimelineView::spectrogramRect() const
{
    return d->spectrogram();
}

QRectF TimelineView::ribbonRect() const
{
    return d->ribbon();
}

QRectF TimelineView::wordsRect() const
{
    return d->reading();
}

bool TimelineView::usesOpenGl() const
{
    return d->openGl;
}

std::int64_t TimelineView::spectrogramColumns() const
{
    return d->tiles.end() - d->tiles.first();
}

double TimelineView::lastPaintMs() const
{
    return d->paintMs;
}

bool TimelineView::event(QEvent *event)
{
    if (event->type() == QEvent::NativeGesture) {
        auto *gesture = static_cast<QNativeGestureEvent *>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            d->zoom(gesture->position().x(), 1 + gesture->value(), 0);
            return true;
        }
    }
    return QWidget::event(event);
}

void TimelineView::resizeEvent(QResizeEvent *)
{
    d->canvas->setGeometry(rect());
    if (d->fitted)
        fit();
    else
        d->setView(d->begin, d->scale);
}

void TimelineView::showEvent(QShowEvent *)
{
    d->wake();
}

void TimelineView::hideEvent(QHideEvent *)
{
    d->wake();
}

void TimelineView::mousePressEvent(QMouseEvent *event)
{
    d->focusShown = false;
    d->press(event);
}

void TimelineView::mouseMoveEvent(QMouseEvent *event)
{
    d->drag(event);
}

void TimelineView::mouseReleaseEvent(QMouseEvent *event)
{
    d->release(event);
}

void TimelineView::wheelEvent(QWheelEvent *event)
{
    d->wheel(event);
}

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    d->focusShown = true;
    if (!d->key(event))
        QWidget::keyPressEvent(event);
}

void TimelineView::leaveEvent(QEvent *)
{
    d->hover(std::nullopt);
}

void TimelineView::focusInEvent(QFocusEvent *event)
{
    const Qt::FocusReason why = event->reason();
    d->focusShown = why == Qt::TabFocusReason || why == Qt::BacktabFocusReason || why == Qt::ShortcutFocusReason;
    d->refresh();
}

void TimelineView::focusOutEvent(QFocusEvent *)
{
    d->refresh();
}

} // namespace orrery
