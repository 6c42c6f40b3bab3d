// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QWidget>

class QPushButton;
class QSlider;
class QToolButton;

namespace orrery {
class SketchCanvas;
}

namespace orrery::text_to_image {

/// A brush over a picture: what is painted is drawn anew, the rest stays. Thread: interface.
class MaskPad final : public QWidget
{
    Q_OBJECT

public:
    explicit MaskPad(QWidget *parent = nullptr);

    void begin(const QImage &picture, const QImage &mask);
    /// White where it was painted, black elsewhere, of the picture's size; null when nothing was.
    QImage mask() const;
    SketchCanvas *canvas() const { return m_canvas; }
    QPushButton *doneButton() const { return m_done; }

Q_SIGNALS:
    void finished(const QImage &mask);
    void cancelled();

private:
    SketchCanvas *m_canvas;
    QToolButton *m_brush;
    QToolButton *m_eraser;
    QSlider *m_size;
    QPushButton *m_done;
    QSize m_picture;
};

} // namespace orrery::text_to_image
