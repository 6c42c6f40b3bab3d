// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QImage>
#include <QTimer>
#include <QWidget>

#include <functional>

namespace orrery {

/// The paper of the sketch pad: pencil, eraser, fill and stamps on white. Knows no model.
///
/// Keys, for people who use no pointer: arrows move a cross (Shift: one pixel), Space puts the pencil down and lifts
/// it, Return fills or stamps at the cross. Thread: interface.
class SketchCanvas final : public QWidget
{
    Q_OBJECT

public:
    enum class Tool
    {
        Pencil,
        Eraser,
        Fill,
        Stamp,
    };
    /// Width and height of the drawing in pixels, whatever size the widget has on screen.
    static constexpr int kSide = 384;
    /// `strokeChanged` comes at most this often while a stroke goes on.
    static constexpr int kThrottleMs = 30;

    explicit SketchCanvas(QWidget *parent = nullptr);

    /// The drawing on white, kSide × kSide, without the guide or anything else that only helps to draw.
    QImage image() const { return m_image; }
    /// Replaces the drawing, scaled to fit on white; not recorded as a change.
    void setImage(const QImage &image);
    bool isBlank() const;

    /// Every finished change goes here, with its name ("Pencil stroke") and the drawing after it, instead of into a
    /// list of the canvas, so that the caller's undo stack holds it; undoing is `setImage`.
    using ChangeCallback = std::function<void(const QString &name, const QImage &drawing)>;
    void setChangeCallback(ChangeCallback callback) { m_onChange = std::move(callback); }

    Tool tool() const { return m_tool; }
    void setTool(Tool tool);
    QColor colour() const { return m_colour; }
    void setColour(const QColor &colour) { m_colour = colour; }
    int penSize() const { return m_penSize; }
    /// Pixels of the drawing; larger draws thicker lines and larger stamps.
    void setPenSize(int pixels) { m_penSize = pixels; }
    QString stamp() const { return m_stamp; }
    void setStamp(const QString &emoji) { m_stamp = emoji; }
    /// A picture to trace, shown faintly on screen and never part of `image()`; null for none.
    void setGuide(const QImage &guide);
    /// A picture under the drawing, over all of the paper: white lets it through, colours tint it. For painting masks;
    /// never part of `image()`; null for none.
    void setUnderlay(const QImage &picture);
    bool hasGuide() const { return !m_guide.isNull(); }
    void clear();

    QSize sizeHint() const override { return {320, 320}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return width; }
    /// Where a point of the drawing lies on the widget.
    QPointF toWidget(QPointF drawing) const;

Q_SIGNALS:
    /// The drawing changed, also in the middle of a stroke.
    void strokeChanged();
    /// A stroke, fill, stamp or clear is complete.
    void strokeFinished();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void tabletEvent(QTabletEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QRectF paper() const;
    QPointF toDrawing(QPointF widget) const;
    void begin(QPointF at, double pressure);
    void moveTo(QPointF at, double pressure);
    void finish();
    void drawSegment(QPointF from, QPointF to, double pressure);
    void stampAt(QPointF at);
    void announce();
    void touched(const QRectF &drawingRect);
    double lineWidth(double pressure) const;
    QString changeName() const;

    QImage m_image;
    QRect m_strokeRect;
    QImage m_guide;
    QImage m_underlay;
    Tool m_tool = Tool::Pencil;
    QColor m_colour{0x1C, 0x1B, 0x1A};
    int m_penSize = 10;
    QString m_stamp = QString::fromUtf8("\xF0\x9F\x8C\x9E"); // sun with face
    bool m_drawing = false;
    bool m_fromTablet = false;
    QPointF m_last;
    QPointF m_hover{-1, -1}; ///< drawing coordinates of the pointer; negative: outside
    QPointF m_cross{kSide / 2.0, kSide / 2.0};
    bool m_crossShown = false;
    QElapsedTimer m_sinceAnnounced;
    QTimer m_trailing;
    ChangeCallback m_onChange;
};

/// An emoji as a picture, drawn from the colour font that is installed; null when there is none.
QImage emojiPicture(const QString &emoji, int side);

} // namespace orrery
