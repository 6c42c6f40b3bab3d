// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSize>

struct ImGuiContext;

namespace orrery {

/// Dear ImGui with a context of its own, in the font and the colours of the program. This header shows nothing of Dear
/// ImGui, so that plugins do not need it. The context of OpenGL is current in all calls.
class ImGuiStage
{
public:
    ImGuiStage() = default;
    ~ImGuiStage();
    ImGuiStage(const ImGuiStage &) = delete;
    ImGuiStage &operator=(const ImGuiStage &) = delete;

    /// Everything up to ImGui::NewFrame(), which the caller calls after it has said where the pointer is.
    /// @param view  in the view's pixels
    void begin(const QSize &view, double dpr);
    /// Draws what came since ImGui::NewFrame() into the framebuffer that is bound.
    void end();
    /// The context of OpenGL goes; it is current still.
    void release();

private:
    void start(double dpr);

    ImGuiContext *m_context = nullptr;
    double m_fontSize = 0;
    bool m_dark = false;
};

} // namespace orrery
