// SPDX-License-Identifier: Apache-2.0
// Between the view's pointer and Dear ImGui's sliders.
#include "widgets/scatter/internal/imgui_panel.h"
#include "widgets/scatter/internal/knob_slider.h"
#include "widgets/scatter/internal/scatter_knobs.h"
#include "widgets/theme/theme.h"

#include <cmath>

namespace orrery {

void ScatterKnobs::paintGl()
{
    if (m_knobs.isEmpty() || m_plain)
        return;
    ImGuiPanel::Frame frame;
    frame.view = parentWidget()->size();
    frame.dpr = devicePixelRatioF();
    frame.box = geometry();
    frame.pointer = m_pointer;
    frame.pressed = m_pressed;
    QList<ImGuiPanel::Row> rows;
    for (int i = 0; i < m_knobs.size(); ++i) {
        const QRectF slider = QRectF(m_sliders[i]->geometry()).translated(geometry().topLeft());
        rows.append({.label = m_knobs[i].label,
                     .value = knobText(m_knobs[i]),
                     .place = static_cast<float>(knobPlace(m_knobs[i], m_knobs[i].value)),
                     .slider = slider,
                     .words = QRectF(geometry().left() + Theme::instance().px(8), slider.top(), slider.left(),
                                     slider.height())});
    }
    QList<ImGuiPanel::Row> drawn = rows;
    const int held = m_panel->draw(frame, drawn);
    // Never from within painting: whoever listens may want to paint, too.
    if (held >= 0 && drawn[held].place != rows[held].place) {
        const double value = knobValue(m_knobs[held], drawn[held].place);
        QMetaObject::invokeMethod(
            this, [this, held, value] { moveKnob(held, value); }, Qt::QueuedConnection);
    }
    if (m_held >= 0 && held < 0)
        QMetaObject::invokeMethod(
            this,
            [this, released = m_held] {
                if (onReleased && released < m_knobs.size())
                    onReleased(m_knobs[released].id, m_knobs[released].value);
            },
            Qt::QueuedConnection);
    m_held = held;
}

void ScatterKnobs::moveKnob(int index, double value)
{
    if (index >= m_knobs.size())
        return;
    change(index, value, false);
    m_sliders[index]->setKnob(m_knobs[index]);
}

void ScatterKnobs::forgetGl()
{
    m_panel->release();
}

bool ScatterKnobs::pointerPressed(const QPointF &inView)
{
    if (m_plain || !covers(inView))
        return false;
    // Dear ImGui looks at the pointer once a frame: it has to see it there before it sees it pressed.
    m_pointer = inView;
    m_pressed = true;
    repaintTwice();
    return true;
}

bool ScatterKnobs::pointerMoved(const QPointF &inView)
{
    if (m_plain || m_knobs.isEmpty())
        return false;
    const bool was = m_pressed || QRectF(geometry()).contains(m_pointer);
    m_pointer = inView;
    const bool over = m_pressed || covers(inView);
    if (was || over)
        repaintTwice();
    return over;
}

void ScatterKnobs::pointerReleased(const QPointF &inView)
{
    m_pointer = inView;
    m_pressed = false;
    repaintTwice();
}

void ScatterKnobs::pointerLeft()
{
    if (m_plain || m_knobs.isEmpty() || m_pressed)
        return;
    m_pointer = QPointF(-1e9, -1e9);
    repaintTwice();
}

void ScatterKnobs::repaintTwice()
{
    if (!onRepaint)
        return;
    onRepaint();
    QMetaObject::invokeMethod(
        this, [this] { onRepaint(); }, Qt::QueuedConnection);
}

} // namespace orrery
