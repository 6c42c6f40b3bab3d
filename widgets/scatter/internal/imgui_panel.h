// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/imgui/imgui_stage.h"
#include "widgets/scatter/scatter_view.h"

namespace orrery {

/// Sliders by Dear ImGui.
class ImGuiPanel
{
public:
    struct Row
    {
        QString label, value;
        float place = 0; ///< in [0, 1]
        QRectF slider;   ///< in the view
        QRectF words;    ///< of the label, in the view
    };
    struct Frame
    {
        QSize view; ///< the view's pixels
        double dpr = 1;
        QRectF box; ///< of all sliders
        QPointF pointer{-1e9, -1e9};
        bool pressed = false;
    };

    /// Draws into the framebuffer that is bound; the context of OpenGL is current. Places that the pointer moved are
    /// changed in `rows`. @return the row that is held; −1: none
    int draw(const Frame &frame, QList<Row> &rows);
    /// The context of OpenGL goes; it is current still.
    void release() { m_stage.release(); }

private:
    ImGuiStage m_stage;
};

} // namespace orrery
