// SPDX-License-Identifier: Apache-2.0
// Pointer, wheel and keys.
#include "widgets/timeline/internal/timeline_private.h"

#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace orrery {

namespace {
constexpr double kClickPixels = 4, kWheelZoom = 1.0015, kKeyZoom = 1.5, kKeyPan = 0.2;
} // namespace

void TimelineView::Private::press(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    pressed = event->position();
    dragLast = event->position().x();
    dragging = false;
}

void TimelineView::Private::drag(QMouseEvent *event)
{
    if (pressed && !dragging && std::fabs(event->position().x() - pressed->x()) > kClickPixels) {
        dragging = true;
        view->setCursor(Qt::ClosedHandCursor);
    }
    if (dragging) {
        pan((dragLast - event->position().x()) / scale);
        dragLast = event->position().x();
    }
    hover(event->position());
}

void TimelineView::Private::release(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !pressed)
        return;
    const bool clicked = !dragging;
    pressed.reset();
    dragging = false;
    view->unsetCursor();
    if (!clicked || sound.empty())
        return;
    const double seconds = secondsAt(event->position().x());
    if (ribbon().contains(event->position())) {
        const std::int64_t frame = units.frameAt(seconds);
        walker = units.at(frame).unit == UnitTrack::kNone ? -1 : frame;
        if (walker >= 0)
            Q_EMIT view->unitClicked(units.at(frame).unit, frame);
    } else if (seconds >= 0 && seconds <= sound.endSeconds()) {
        Q_EMIT view->seekWanted(seconds);
    }
    refresh();
}

void TimelineView::Private::wheel(QWheelEvent *event)
{
    const QPoint pixels = event->pixelDelta(), angle = event->angleDelta();
    const double sideways = pixels.x() != 0 ? pixels.x() : angle.x();
    const double upright = angle.y() != 0 ? angle.y() : pixels.y();
    if (event->modifiers() & Qt::ShiftModifier || std::fabs(sideways) > std::fabs(upright))
        pan(-(sideways != 0 ? sideways : upright) / scale);
    else
        zoom(event->position().x(), std::pow(kWheelZoom, upright), 0);
    hover(event->position());
    event->accept();
}

bool TimelineView::Private::key(QKeyEvent *event)
{
    const int ms = Theme::instance().motionMs();
    const double middle = view->width() / 2.0;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (event->modifiers() & Qt::ShiftModifier)
            pan((event->key() == Qt::Key_Left ? -kKeyPan : kKeyPan) * span());
        else
            walk(event->key() == Qt::Key_Left ? -1 : 1);
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Up:
        zoom(middle, kKeyZoom, ms);
        return true;
    case Qt::Key_Minus:
    case Qt::Key_Down:
        zoom(middle, 1 / kKeyZoom, ms);
        return true;
    case Qt::Key_0:
        view->fit();
        return true;
    case Qt::Key_Home:
        pan(-begin);
        return true;
    case Qt::Key_End:
        follow = true;
        pan(sound.endSeconds());
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (units.at(walker).unit != UnitTrack::kNone)
            Q_EMIT view->unitClicked(units.at(walker).unit, walker);
        return true;
    default:
        return false;
    }
}

void TimelineView::Private::walk(int direction)
{
    if (units.empty())
        return;
    const UnitTrack::Run here = units.runAt(walker);
    if (here.unit == UnitTrack::kNone)
        walker =
            std::clamp(units.frameAt(direction > 0 ? begin : secondsAt(view->width())), units.first(), units.end() - 1);
    else
        walker = std::clamp(direction > 0 ? here.end : here.begin - 1, units.first(), units.end() - 1);
    const UnitTrack::Run run = units.runAt(walker);
    walker = run.begin;
    const double from = units.beginOf(run.begin), to = units.beginOf(run.end);
    if (from < begin || to > begin + span())
        glide((from + to - span()) / 2, scale, Theme::instance().motionMs());
    nameIt();
    refresh();
}

void TimelineView::Private::hover(std::optional<QPointF> at)
{
    pointer = at;
    if (!at) {
        Q_EMIT view->hovered(-1, UnitTrack::kNone);
    } else {
        const double seconds = secondsAt(at->x());
        Q_EMIT view->hovered(seconds, units.at(units.frameAt(seconds)).unit);
        if (!dragging)
            view->setCursor(ribbon().contains(*at) && !units.empty() ? Qt::PointingHandCursor : Qt::ArrowCursor);
    }
    refresh();
}

void TimelineView::Private::nameIt()
{
    const QLocale locale = view->locale();
    QString text = sound.empty()
                       ? TimelineView::tr("No sound")
                       : TimelineView::tr("Sound of %1 seconds").arg(locale.toString(sound.endSeconds(), 'f', 1));
    if (!words.empty()) {
        QStringList read;
        for (const TimelineWord &word : words)
            read.append(word.text);
        text = TimelineView::tr("%1, read as: %2").arg(text, read.join(u' '));
    }
    const UnitTrack::Run run = units.runAt(walker);
    if (run.unit != UnitTrack::kNone)
        text = TimelineView::tr("Unit %1 at %2 seconds, for %3 milliseconds")
                   .arg(run.unit)
                   .arg(locale.toString(units.beginOf(run.begin), 'f', 2))
                   .arg(std::lround(double(run.frames()) * units.hopMs()));
    view->setAccessibleDescription(text);
}

} // namespace orrery
