// SPDX-License-Identifier: Apache-2.0
// Everything that is painted but the ribbon of units and the words under it.
#include "widgets/timeline/internal/timeline_private.h"

#include "widgets/theme/theme.h"

#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery {

namespace {

QColor faded(QColor colour, double alpha)
{
    colour.setAlphaF(float(alpha));
    return colour;
}

} // namespace

QRectF TimelineView::Private::ruler() const
{
    return {0, 0, double(view->width()), double(Theme::instance().px(20))};
}

QRectF TimelineView::Private::ribbon() const
{
    const double height = std::min(double(Theme::instance().px(44)), view->height() * 0.25);
    return {0, reading().top() - height, double(view->width()), height};
}

QRectF TimelineView::Private::waveform() const
{
    const double room = ribbon().top() - ruler().bottom();
    return {0, ruler().bottom(), double(view->width()), std::floor(room * 0.3)};
}

QRectF TimelineView::Private::spectrogram() const
{
    const double gap = Theme::instance().px(4), top = waveform().bottom() + gap;
    return {0, top, double(view->width()), std::max(1.0, ribbon().top() - gap - top)};
}

void TimelineView::Private::paint(TimelinePen &pen)
{
    QElapsedTimer timer;
    timer.start();
    paintRuler(pen);
    paintWaveform(pen);
    paintSpectrogram(pen);
    paintRibbon(pen);
    paintWords(pen);
    paintSelection(pen);
    paintCursor(pen);
    paintHover(pen);
    paintFocus(pen);
    paintMs = double(timer.nsecsElapsed()) * 1e-6;
}

void TimelineView::Private::paintRuler(TimelinePen &pen)
{
    const Colours &colours = Theme::instance().colours();
    const QRectF area = ruler();
    static constexpr std::array<double, 15> kSteps{0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300};
    const double wanted = Theme::instance().px(70) / scale;
    const double step = *std::find_if(kSteps.begin(), kSteps.end() - 1, [&](double s) { return s >= wanted; });
    const QLocale locale = view->locale();
    const double last = std::min(secondsAt(area.right()), live ? shownEnd : sound.endSeconds());
    for (double n = std::max(0.0, std::ceil(begin / step)); n * step <= last; ++n) {
        const double seconds = n * step, x = std::round(xAt(seconds));
        pen.line({x + 0.5, area.bottom() - 4}, {x + 0.5, area.bottom()}, colours.muted, 1);
        const int decimals = step < 0.1 ? 2 : step < 1 ? 1 : 0;
        const QString text = seconds >= 60 ? QStringLiteral("%1:%2")
                                                 .arg(int(seconds) / 60)
                                                 .arg(std::fmod(seconds, 60), decimals ? 3 + decimals : 2, 'f',
                                                      decimals, QLatin1Char('0'))
                                           : tr("%1 s").arg(locale.toString(seconds, 'f', decimals));
        pen.text({x + 4, 1}, text, colours.muted);
    }
}

void TimelineView::Private::paintWaveform(TimelinePen &pen)
{
    const Colours &colours = Theme::instance().colours();
    const QRectF area = waveform();
    const double middle = area.center().y(), half = area.height() / 2 - 2;
    pen.line({0, middle}, {area.right(), middle}, colours.line, 1);
    if (sound.empty())
        return;
    const double samplesPerPixel = SoundTrack::kRate / scale;
    // Soft sounds are drawn larger, but a quiet room stays flat.
    const double gain = 1 / std::clamp(double(sound.loudest()), 0.2, 1.0);
    const int from = std::max(0, int(std::floor(xAt(double(sound.first()) / SoundTrack::kRate))));
    const int to = std::min(view->width(), int(std::ceil(xAt(sound.endSeconds()))));
    for (int x = from; x < to; ++x) {
        const auto first = std::int64_t(secondsAt(x) * SoundTrack::kRate);
        // One sample of the next pixel, so that the line has no gaps.
        const auto last = std::max(first + 1, std::int64_t(std::ceil(first + samplesPerPixel + 1)));
        const auto [low, high] = sound.extent(first, last);
        const double top = middle - std::clamp(gain * high, -1.0, 1.0) * half;
        const double bottom = middle - std::clamp(gain * low, -1.0, 1.0) * half;
        const bool clipped = high >= 0.999f || low <= -0.999f;
        pen.fill({double(x), top - 0.5, 1, std::max(1.0, bottom - top + 1)}, clipped ? colours.error : colours.accent);
    }
}

void TimelineView::Private::paintSpectrogram(TimelinePen &pen)
{
    const QRectF area = spectrogram();
    pen.fill(area, QColor(0, 0, 4)); // the dark end of magma
    constexpr double kColumnSeconds = double(MelSpectrum::kHop) / SoundTrack::kRate;
    const double pixels = kColumnSeconds * scale;
    const int level = SpectrogramTiles::levelFor(pixels);
    pen.clip(area);
    std::int64_t column = std::max(tiles.first(), std::int64_t(std::floor(begin / kColumnSeconds)));
    const std::int64_t end =
        std::min(tiles.end(), std::int64_t(std::ceil(secondsAt(area.right()) / kColumnSeconds)) + 1);
    while (column < end) {
        const SpectrogramTiles::Tile tile = tiles.tile(level, column);
        if (!tile.image || tile.end <= column)
            break;
        const double left = xAt((double(tile.begin) - 0.5) * kColumnSeconds);
        const double right = xAt((double(tile.end) - 0.5) * kColumnSeconds);
        pen.picture({left, area.top(), right - left, area.height()}, *tile.image,
                    QRectF(0, 0, tile.image->width(), tile.image->height()));
        column = tile.end;
    }
    pen.unclip();
    const QLocale locale = view->locale();
    const double line = pen.textSize(QStringLiteral("8")).height();
    double above = -line;
    for (const double kilohertz : {6.0, 3.0, 1.5, 0.5}) {
        const double at = (MelSpectrum::band(kilohertz * 1000) + 0.5) / MelSpectrum::kBands;
        const double y = area.bottom() - at * area.height();
        if (y - line < area.top() || y - above < line * 1.3)
            continue;
        above = y;
        pen.line({0, y}, {6, y}, faded(Qt::white, 0.7), 1);
        const QString text = tr("%1 kHz").arg(locale.toString(kilohertz));
        const QSizeF size = pen.textSize(text);
        pen.fill({7, y - size.height() / 2, size.width() + 4, size.height()}, faded(Qt::black, 0.45), 3);
        pen.text({9, y - size.height() / 2}, text, faded(Qt::white, 0.9));
    }
}

void TimelineView::Private::paintCursor(TimelinePen &pen)
{
    const double at = cursorNow();
    if (at < 0)
        return;
    const QColor accent = Theme::instance().colours().accent;
    const double x = std::round(xAt(at));
    if (x < -2 || x > view->width() + 2)
        return;
    pen.line({x, 0}, {x, double(view->height())}, Theme::instance().colours().surface, 4);
    pen.line({x, 0}, {x, double(view->height())}, accent, 2);
    pen.fill({x - 4, 0, 8, 8}, accent, 4);
}

void TimelineView::Private::paintHover(TimelinePen &pen)
{
    if (!pointer || dragging || sound.empty())
        return;
    const Theme &theme = Theme::instance();
    const double seconds = secondsAt(pointer->x());
    if (seconds < 0 || seconds > sound.endSeconds())
        return;
    const QLocale locale = view->locale();
    QStringList lines{tr("%1 s").arg(locale.toString(seconds, 'f', 2))};
    const std::int64_t frame = units.frameAt(seconds);
    const UnitTrack::Run run = units.runAt(frame);
    if (run.unit != UnitTrack::kNone) {
        lines.append(tr("unit %1, for %2 ms").arg(run.unit).arg(std::lround(double(run.frames()) * units.hopMs())));
        if (!units.at(frame).settled)
            lines.append(tr("not settled: what comes next may still change it"));
    }
    if (spectrogram().contains(*pointer)) {
        const double place = (spectrogram().bottom() - pointer->y()) / spectrogram().height();
        lines.append(
            tr("%1 Hz").arg(locale.toString(std::lround(MelSpectrum::hertz(place * MelSpectrum::kBands - 0.5)))));
    }
    pen.line({pointer->x(), ruler().bottom()}, {pointer->x(), double(view->height())},
             faded(theme.colours().muted, 0.6), 1);
    const double pad = theme.px(8), height = pen.textSize(lines.first()).height() * 1.2;
    double width = 0;
    for (const QString &line : std::as_const(lines))
        width = std::max(width, pen.textSize(line).width());
    QRectF card(pointer->x() + pad, 0, width + 2 * pad, height * double(lines.size()) + pad);
    if (card.right() > view->width())
        card.moveRight(pointer->x() - pad);
    card.moveTop(
        std::clamp(pointer->y() - card.height() - pad, 2.0, std::max(2.0, view->height() - card.height() - 2)));
    pen.fill(card.adjusted(-1, -1, 1, 1), theme.colours().line, 6);
    pen.fill(card, theme.colours().surface, 5);
    for (int i = 0; i < lines.size(); ++i)
        pen.text({card.left() + pad, card.top() + pad / 2 + i * height}, lines[i],
                 i ? theme.colours().muted : theme.colours().text);
}

void TimelineView::Private::paintFocus(TimelinePen &pen)
{
    if (view->hasFocus() && focusShown)
        pen.frame(QRectF(view->rect()).adjusted(1, 1, -1, -1), Theme::instance().colours().accent, 2);
}

} // namespace orrery
