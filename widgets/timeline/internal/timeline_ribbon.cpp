// SPDX-License-Identifier: Apache-2.0
// The ribbon of units, and where the selected one stands.
#include "widgets/timeline/internal/timeline_private.h"

#include "widgets/theme/theme.h"
#include "widgets/timeline/unit_colours.h"

#include <algorithm>
#include <cmath>

namespace orrery {

namespace {

constexpr double kThinPixels = 1.5; ///< a frame narrower than this is not drawn by itself

QColor mixed(const QColor &a, const QColor &b, double share)
{
    const auto mix = [share](float x, float y) { return float(x + (y - x) * share); };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

} // namespace

void TimelineView::Private::paintRibbon(TimelinePen &pen)
{
    const Colours &colours = Theme::instance().colours();
    const QRectF area = ribbon();
    pen.fill(area, colours.ground);
    if (units.empty()) {
        const QSizeF size = pen.textSize(message);
        pen.text({std::max(8.0, (area.width() - size.width()) / 2), area.center().y() - size.height() / 2}, message,
                 colours.muted);
        return;
    }
    pen.clip(area);
    if (units.hopSeconds() * scale < kThinPixels)
        paintThin(pen);
    else
        // Runs that reach out of the view are whole, so that numbers do not wander.
        for (std::int64_t frame = std::max(units.first(), units.frameAt(begin));
             frame < units.end() && units.beginOf(frame) < secondsAt(area.right());) {
            const UnitTrack::Run run = units.runAt(frame);
            if (run.unit == UnitTrack::kNone) {
                ++frame;
                continue;
            }
            paintRun(pen, run);
            frame = run.end;
        }
    pen.unclip();
}

void TimelineView::Private::paintRun(TimelinePen &pen, const UnitTrack::Run &run)
{
    const Colours &colours = Theme::instance().colours();
    const QRectF area = ribbon();
    const double left = xAt(units.beginOf(run.begin)), right = xAt(units.beginOf(run.end));
    QRectF block(left, area.top(), right - left, area.height());
    QColor colour = unitColour(run.unit);
    const bool dim = selected != UnitTrack::kNone && selected != run.unit;
    if (dim || stale)
        colour = mixed(colour, colours.ground, dim ? 0.75 : 0.55);
    pen.fill(block.adjusted(0, 0, block.width() > 3 ? -1 : 0, 0), colour);

    std::int64_t settled = run.begin;
    while (settled < run.end && units.at(settled).settled)
        ++settled;
    if (settled < run.end) {
        const QRectF open(xAt(units.beginOf(settled)), area.top(), right - xAt(units.beginOf(settled)), area.height());
        const double gap = Theme::instance().px(7);
        QColor stroke = colours.surface;
        stroke.setAlphaF(0.8f);
        pen.clip(open.intersected(area));
        // Lines that stand still upon the sound, whatever else is drawn.
        const double from = std::floor((open.left() - area.height()) / gap) * gap + std::fmod(xAt(0), gap);
        for (double x = from - gap; x < open.right() + gap; x += gap)
            pen.line({x, area.bottom()}, {x + area.height(), area.top()}, stroke, 2.5);
        pen.unclip();
    }
    const QString number = QString::number(run.unit);
    const QSizeF size = pen.textSize(number);
    const QRectF seen = block.intersected(area);
    if (seen.width() < size.width() + 5)
        return;
    const QPointF at(seen.center().x() - size.width() / 2, area.center().y() - size.height() / 2);
    if (settled < run.end)
        pen.fill(QRectF(at, size).adjusted(-2, 0, 2, 0), colour, 3);
    pen.text(at, number, dim ? colours.muted : textOn(colour));
}

void TimelineView::Private::paintThin(TimelinePen &pen)
{
    const Colours &colours = Theme::instance().colours();
    const QRectF area = ribbon();
    int start = 0;
    UnitTrack::Cell same;
    const auto flush = [&](int x) {
        if (same.unit == UnitTrack::kNone || x <= start)
            return;
        QColor colour = unitColour(same.unit);
        const bool dim = selected != UnitTrack::kNone && selected != same.unit;
        if (dim || stale)
            colour = mixed(colour, colours.ground, dim ? 0.75 : 0.55);
        pen.fill({double(start), area.top(), double(x - start), area.height()},
                 same.settled ? colour : mixed(colour, colours.surface, 0.5));
    };
    for (int x = 0; x < view->width(); ++x) {
        const UnitTrack::Cell cell = units.at(units.frameAt(secondsAt(x + 0.5)));
        if (cell.unit == same.unit && cell.settled == same.settled)
            continue;
        flush(x);
        start = x;
        same = cell;
    }
    flush(view->width());
}

void TimelineView::Private::paintSelection(TimelinePen &pen)
{
    const Colours &colours = Theme::instance().colours();
    const auto mark = [&](const UnitTrack::Run &run, const QColor &colour, double width) {
        const double left = xAt(units.beginOf(run.begin)), right = xAt(units.beginOf(run.end));
        pen.frame(QRectF(left, ribbon().top(), right - left, ribbon().height()).adjusted(1, 1, -1.5, -1.5), colour,
                  width);
    };
    if (selected != UnitTrack::kNone && units.hopSeconds() * scale >= kThinPixels)
        for (const UnitTrack::Run &run :
             units.runs(units.frameAt(begin), units.frameAt(secondsAt(view->width())) + 1)) {
            if (run.unit != selected)
                continue;
            const double left = xAt(units.beginOf(run.begin)), right = xAt(units.beginOf(run.end));
            QColor band = colours.accent;
            band.setAlphaF(0.22f);
            pen.fill({left, waveform().top(), right - left, waveform().height()}, band);
            pen.fill({left, spectrogram().top(), right - left, spectrogram().height()}, QColor(255, 255, 255, 50));
            mark(run, colours.text, 1.5);
        }
    if (walker >= 0 && view->hasFocus())
        if (const UnitTrack::Run run = units.runAt(walker); run.unit != UnitTrack::kNone)
            mark(run, colours.accent, 3);
}

} // namespace orrery
