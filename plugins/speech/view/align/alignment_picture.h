// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/align/aligned_pair.h"

#include <QWidget>

#include <memory>

namespace orrery::speech {

/// Two recordings one above the other, on one scale of time, and between them the places that the path joins because
/// their units are equal. Pointer and arrow keys go along either one; a click or Return plays it from there; the wheel
/// zooms. Thread: interface.
class AlignmentPicture final : public QWidget
{
    Q_OBJECT

public:
    explicit AlignmentPicture(QWidget *parent = nullptr);

    void setPair(std::shared_ptr<const AlignedPair> pair);
    /// The place that is pointed at, in one recording; its partner in the other one lights up too.
    void point(int lane, int frame);
    int lane() const { return m_lane; }
    int frame() const { return m_frame; } ///< −1: nowhere
    /// What is playing, for a line that moves; a negative time takes it away.
    void setPlaying(int lane, double seconds);
    double firstSecond() const { return m_first; }
    double shownSeconds() const { return m_span; }
    void zoom(double factor, double aroundSecond);
    /// Middle of a frame's place in its ribbon, in pixels of this widget.
    QPointF placeOf(int lane, int frame) const;

    QSize sizeHint() const override { return {600, 300}; }
    QSize minimumSizeHint() const override { return {240, 180}; }

Q_SIGNALS:
    void pointed(int lane, int frame); ///< frame −1: nowhere
    void playClicked(int lane, double seconds);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    QRectF ribbon(int lane) const;
    QRectF wave(int lane) const;
    double xOf(double seconds) const;
    double secondsAt(double x) const;
    double longest() const;
    void paintLane(QPainter &painter, int lane) const;
    void paintJoins(QPainter &painter) const;
    void paintPointer(QPainter &painter) const;
    void keepInView();

    std::shared_ptr<const AlignedPair> m_pair;
    double m_first = 0, m_span = 1; ///< seconds in view
    int m_lane = 0, m_frame = -1;
    int m_playingLane = 0;
    double m_playing = -1;
};

} // namespace orrery::speech
