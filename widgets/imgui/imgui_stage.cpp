// SPDX-License-Identifier: Apache-2.0
#include "widgets/imgui/imgui_stage.h"

#include "widgets/theme/theme.h"

#include <QFile>

#include <imgui.h>

#include <backends/imgui_impl_opengl3.h>

#include <cmath>

namespace orrery {

namespace {

ImVec4 colour(const QColor &c, float alpha = 1)
{
    return {c.redF(), c.greenF(), c.blueF(), alpha};
}

/// Inter's own file. Dear ImGui reads outlines by itself and wants to know where they lie; Debian keeps them here.
QString interFile()
{
    for (const char *path :
         {"/usr/share/fonts/opentype/inter/Inter-Regular.otf", "/usr/share/fonts/truetype/inter/Inter-Regular.ttf",
          "/usr/share/fonts/inter/Inter-Regular.ttf", "/usr/share/fonts/inter/Inter-Regular.otf"})
        if (QFile::exists(QLatin1String(path)))
            return QLatin1String(path);
    return {};
}

void applyTheme(const Theme &theme)
{
    const Colours &c = theme.colours();
    ImGuiStyle &style = ImGui::GetStyle();
    style = ImGuiStyle();
    style.WindowRounding = style.FrameRounding = style.GrabRounding = 6;
    style.WindowPadding = {0, 0};
    style.FramePadding = {6, static_cast<float>(theme.px(2))};
    style.WindowBorderSize = 1;
    style.FrameBorderSize = 1;
    style.GrabMinSize = static_cast<float>(theme.px(12));
    style.Colors[ImGuiCol_Text] = colour(c.text);
    style.Colors[ImGuiCol_WindowBg] = colour(c.surface, 0.92f);
    style.Colors[ImGuiCol_Border] = colour(c.line);
    style.Colors[ImGuiCol_FrameBg] = colour(c.ground);
    style.Colors[ImGuiCol_FrameBgHovered] = colour(c.hover);
    style.Colors[ImGuiCol_FrameBgActive] = colour(c.selected);
    style.Colors[ImGuiCol_SliderGrab] = colour(c.accent);
    style.Colors[ImGuiCol_SliderGrabActive] = colour(c.accent);
}

} // namespace

ImGuiStage::~ImGuiStage()
{
    if (m_context)
        ImGui::DestroyContext(m_context); // its objects of OpenGL went with release()
}

void ImGuiStage::start(double dpr)
{
    const Theme &theme = Theme::instance();
    m_context = ImGui::CreateContext();
    ImGui::SetCurrentContext(m_context);
    ImGuiIO &io = ImGui::GetIO();
    io.IniFilename = nullptr; // it would write into the current folder
    io.LogFilename = nullptr;
    m_fontSize = theme.fontPx(12) * dpr;
    // Letters that sliders are named with in the languages written in Latin letters.
    static const ImWchar kRanges[] = {0x20, 0x24F, 0x2010, 0x2026, 0x2212, 0x2212, 0};
    // Dear ImGui counts a size from the lowest to the highest line, Qt the em: Inter's lines are 1.21 em apart.
    const auto size = static_cast<float>(std::round(m_fontSize * 1.21));
    const QString file = interFile();
    if (file.isEmpty() || !io.Fonts->AddFontFromFileTTF(QFile::encodeName(file).constData(), size, nullptr, kRanges))
        io.Fonts->AddFontDefault();
    io.FontGlobalScale = static_cast<float>(1 / dpr);
    ImGui_ImplOpenGL3_Init("#version 330 core");
    applyTheme(theme);
    m_dark = theme.dark();
}

void ImGuiStage::release()
{
    if (!m_context)
        return;
    ImGui::SetCurrentContext(m_context);
    ImGui_ImplOpenGL3_Shutdown();
    ImGui::DestroyContext(m_context);
    m_context = nullptr;
}

void ImGuiStage::begin(const QSize &view, double dpr)
{
    const Theme &theme = Theme::instance();
    if (m_context && (m_fontSize != theme.fontPx(12) * dpr || m_dark != theme.dark()))
        release();
    if (!m_context)
        start(dpr);
    ImGui::SetCurrentContext(m_context);
    ImGuiIO &io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(view.width()), static_cast<float>(view.height())};
    io.DisplayFramebufferScale = {static_cast<float>(dpr), static_cast<float>(dpr)};
    io.DeltaTime = 1 / 60.0f;
    ImGui_ImplOpenGL3_NewFrame();
}

void ImGuiStage::end()
{
    ImGui::Render();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

} // namespace orrery
