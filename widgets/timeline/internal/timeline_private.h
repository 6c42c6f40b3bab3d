// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/timeline/internal/spectrogram_tiles.h"
#include "widgets/timeline/internal/timeline_pen.h"
#include "widgets/timeline/timeline_view.h"

#include <QElapsedTimer>
#include <QTimer>

#include <atomic>
#include <optional>

namespace orrery {

/// What a view is made of. Painting is in timeline_paint.cpp, timeline_ribbon.cpp and timeline_words.cpp, input in
/// timeline_input.cpp, movement in timeline_motion.cpp. Thread: interface.
class TimelineView::Private
{
public:
    explicit Private(TimelineView *owner);
    ~Private();

    // --- places, in the view's pixels
    QRectF ruler() const;
    QRectF waveform() const;
    QRectF spectrogram() const;
    QRectF ribbon() const;
    QRectF reading() const; ///< of words
    double xAt(double seconds) const { return (seconds - begin) * scale; }
    double secondsAt(double x) const { return begin + x / scale; }
    double span() const { return view->width() / scale; }

    // --- painting
    void paint(TimelinePen &pen);
    void paintRuler(TimelinePen &pen);
    void paintWaveform(TimelinePen &pen);
    void paintSpectrogram(TimelinePen &pen);
    void paintRibbon(TimelinePen &pen);
    void paintRun(TimelinePen &pen, const UnitTrack::Run &run);
    void paintThin(TimelinePen &pen); ///< ribbon, where a frame is narrower than a pixel
    void paintWords(TimelinePen &pen);
    void paintSelection(TimelinePen &pen);
    void paintCursor(TimelinePen &pen);
    void paintHover(TimelinePen &pen);
    void paintFocus(TimelinePen &pen);
    void refresh() { canvas->update(); }

    // --- movement
    void wake();
    void tick();
    void shown(); ///< a frame came on screen
    bool moving() const;
    void setView(double begin, double scale);
    void glide(double begin, double scale, int ms);
    void zoom(double about, double factor, int ms); ///< about: pixels
    void pan(double seconds);
    double smallestScale() const; ///< all in view
    double cursorNow() const;
    void followStream(double dt);
    void keepCursorInView();

    // --- spectrogram
    void makeSpectrogram();
    void appendColumns();

    // --- input
    void press(QMouseEvent *event);
    void drag(QMouseEvent *event);
    void release(QMouseEvent *event);
    void wheel(QWheelEvent *event);
    bool key(QKeyEvent *event);
    void hover(std::optional<QPointF> at);
    void walk(int direction); ///< to the run before or after
    void nameIt();            ///< for screen readers

    TimelineView *view;
    QWidget *canvas = nullptr;
    bool openGl = false;
    SoundTrack sound;
    UnitTrack units;
    std::vector<TimelineWord> words;
    SpectrogramTiles tiles;
    MelSpectrum spectrum;
    std::shared_ptr<std::atomic<bool>> stop; ///< of the thread that makes the spectrogram
    double begin = 0;                        ///< seconds at the left edge
    double scale = 100;                      ///< pixels a second
    bool fitted = true;                      ///< and stays so when the view grows
    bool live = false, follow = false, stale = false;
    double shownEnd = 0; ///< of a stream: the time at the right edge, which moves evenly
    double cursorAt = -1;
    bool cursorRuns = false;
    std::int64_t walker = -1; ///< frame that the keyboard is on
    int selected = UnitTrack::kNone;
    QString message;
    double paintMs = 0;

    QTimer ticker;
    QElapsedTimer clock, cursorClock;
    double lastTick = 0;
    double frameMs = 0;   ///< from a tick to its frame on the screen, in the mean
    bool awaited = false; ///< that frame
    struct Glide
    {
        double fromBegin, fromScale, toBegin, toScale, started;
        int ms;
    };
    std::optional<Glide> gliding;

    std::optional<QPointF> pointer, pressed;
    bool dragging = false, focusShown = false;
    double dragLast = 0, pinch = 1;
};

} // namespace orrery
