// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/imgui_panel.h"

#include "widgets/theme/theme.h"

#include <imgui.h>

namespace orrery {

namespace {

ImVec2 vector(const QPointF &p)
{
    return {static_cast<float>(p.x()), static_cast<float>(p.y())};
}

} // namespace

int ImGuiPanel::draw(const Frame &frame, QList<Row> &rows)
{
    const Theme &theme = Theme::instance();
    m_stage.begin(frame.view, frame.dpr);
    ImGuiIO &io = ImGui::GetIO();
    io.MousePos = vector(frame.pointer);
    io.MouseDown[0] = frame.pressed;

    ImGui::NewFrame();
    ImGui::SetNextWindowPos(vector(frame.box.topLeft()));
    ImGui::SetNextWindowSize({static_cast<float>(frame.box.width()), static_cast<float>(frame.box.height())});
    constexpr auto kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                            ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoBringToFrontOnFocus;
    int held = -1;
    ImGui::Begin("knobs", nullptr, kFlags);
    for (int i = 0; i < rows.size(); ++i) {
        Row &row = rows[i];
        ImGui::PushID(i);
        const float line = ImGui::GetTextLineHeight();
        ImGui::SetCursorScreenPos(
            {static_cast<float>(row.words.left()), static_cast<float>(row.words.center().y()) - line / 2});
        ImGui::TextUnformatted(row.label.toUtf8().constData());
        const float height = ImGui::GetFrameHeight();
        ImGui::SetCursorScreenPos(
            {static_cast<float>(row.slider.left()), static_cast<float>(row.slider.center().y()) - height / 2});
        ImGui::SetNextItemWidth(static_cast<float>(row.slider.width()));
        ImGui::SliderFloat("##value", &row.place, 0, 1, "", ImGuiSliderFlags_NoInput | ImGuiSliderFlags_AlwaysClamp);
        if (ImGui::IsItemActive())
            held = i;
        const QByteArray shown = row.value.toUtf8();
        ImGui::SetCursorScreenPos(
            {static_cast<float>(frame.box.right() - theme.px(8)) - ImGui::CalcTextSize(shown.constData()).x,
             static_cast<float>(row.words.center().y()) - line / 2});
        ImGui::TextUnformatted(shown.constData());
        ImGui::PopID();
    }
    ImGui::End();
    m_stage.end();
    return held;
}

} // namespace orrery
