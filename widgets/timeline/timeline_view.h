// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/timeline/sound_track.h"
#include "widgets/timeline/unit_track.h"

#include <QWidget>

#include <memory>
#include <vector>

namespace orrery {

/// What is said at a moment: a phone, a letter, a word.
struct TimelineWord
{
    double seconds = 0; ///< its middle
    QString text;
};

/// Sound in time: waveform, spectrogram and the ribbon of its units, above each other. A whole sound, or a stream that
/// scrolls. Pan, zoom, hover, click. OpenGL by Dear ImGui; where there is none, or only one that the
/// processor plays, the same picture by QPainter. Thread: interface.
class TimelineView : public QWidget
{
    Q_OBJECT

public:
    static constexpr double kMostSeconds = 120; ///< of a stream that are kept, at least; the older ones are forgotten

    explicit TimelineView(QWidget *parent = nullptr);
    ~TimelineView() override;

    /// A whole sound at 16 kHz, and all of it in view. Forgets units, cursor and what was there before.
    void setSound(std::shared_ptr<const std::vector<float>> samples);
    /// Replaces all units. They may be fewer than the sound has.
    void setUnits(UnitTrack units);
    const UnitTrack &units() const;
    /// What is read out of a whole sound, in order of time: stands under the ribbon. None: no such line. Goes with the
    /// sound.
    void setWords(std::vector<TimelineWord> words);
    const std::vector<TimelineWord> &words() const;
    const SoundTrack &sound() const;

    /// Begins a stream: the newest sound stands at the right and scrolls.
    void startStream(double hopMs, double firstMs);
    void append(const float *samples, std::size_t count);
    void putUnit(std::int64_t frame, int unit, bool settled);
    /// The stream stands still, and can be looked at.
    void endStream();
    bool streaming() const;
    /// Does the view still go along with the stream, or was it moved away by hand?
    bool following() const;

    /// Where one listens; negative: nowhere. `running`: it moves on by itself until it is set again.
    void setCursor(double seconds, bool running = false);
    double cursor() const;
    /// All places of this unit are marked, the others dimmed. UnitTrack::kNone: none.
    void setSelectedUnit(int unit);
    int selectedUnit() const;
    /// Words where the units would be, while there are none: why.
    void setMessage(const QString &message);
    QString message() const;
    /// Old units, dimmed, while new ones are made.
    void setStale(bool stale);

    void fit();                                          ///< all of the sound in view
    void look(double from, double to, int motionMs = 0); ///< seconds
    double viewBegin() const;                            ///< seconds at the left edge
    double viewEnd() const;
    double secondsAt(double x) const;
    double xAt(double seconds) const;
    QRectF waveformRect() const;
    QRectF spectrogramRect() const;
    QRectF ribbonRect() const;
    QRectF wordsRect() const; ///< empty without words
    bool usesOpenGl() const;
    /// Columns of the spectrogram that are there. They are made on another thread.
    std::int64_t spectrogramColumns() const;
    double lastPaintMs() const; ///< what painting took

Q_SIGNALS:
    void seekWanted(double seconds);                ///< clicked into the sound
    void unitClicked(int unit, std::int64_t frame); ///< clicked or Return
    void hovered(double seconds, int unit);         ///< −1, kNone: the pointer left
    void presented();                               ///< a frame is on screen

protected:
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace orrery
