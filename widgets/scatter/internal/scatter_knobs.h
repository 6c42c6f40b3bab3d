// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/scatter_view.h"

#include <QFrame>
#include <QPointer>

namespace orrery {

class ImGuiPanel;
class KnobSlider;

/// Sliders upon the points. Real sliders of Qt, so that the keyboard and screen readers have them everywhere; where
/// there is OpenGL Dear ImGui draws them and takes the pointer, and those of Qt show nothing but where the focus is.
class ScatterKnobs final : public QFrame
{
public:
    explicit ScatterKnobs(QWidget *parent);
    ~ScatterKnobs() override;

    void setKnobs(const QList<ScatterKnob> &knobs);
    const QList<ScatterKnob> &knobs() const { return m_knobs; }
    /// Whether Qt draws them.
    void setPlain(bool plain);
    void setRoom(int width);
    void restyle();

    /// Draws with Dear ImGui into the framebuffer that is bound. The context of OpenGL is current.
    void paintGl();
    void forgetGl();

    // The pointer, in the view's pixels; true when it belongs to the sliders.
    bool covers(const QPointF &inView) const;
    bool pointerPressed(const QPointF &inView);
    bool pointerMoved(const QPointF &inView);
    void pointerReleased(const QPointF &inView);
    void pointerLeft();

    std::function<void(const QString &id, double value)> onChanged, onReleased;
    std::function<void()> onRepaint; ///< the surface has to be drawn again
    std::function<void()> onResized;

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    void rebuild();
    void change(int index, double value, bool released);
    void moveKnob(int index, double value);
    void repaintTwice();

    QList<ScatterKnob> m_knobs;
    QList<KnobSlider *> m_sliders;
    std::unique_ptr<ImGuiPanel> m_panel;
    bool m_plain = true;
    int m_room = 0;
    QPointF m_pointer{-1e9, -1e9};
    bool m_pressed = false;
    int m_held = -1; ///< the row that Dear ImGui holds
};

/// Where a value lies on its slider, in [0, 1], and back; whole numbers are rounded.
double knobPlace(const ScatterKnob &knob, double value);
double knobValue(const ScatterKnob &knob, double place);
QString knobText(const ScatterKnob &knob);

} // namespace orrery
