// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/imgui/imgui_stage.h"
#include "widgets/timeline/internal/timeline_pen.h"

#include <QHash>

namespace orrery {

/// Draws by Dear ImGui's draw lists. The context of OpenGL is current in all calls.
class GlPen final : public TimelinePen
{
public:
    /// Clears the framebuffer that is bound.
    void begin(const QSize &view, double dpr, const QColor &ground);
    void end();
    void release(); ///< the context goes

    void fill(const QRectF &rect, const QColor &colour, double radius) override;
    void frame(const QRectF &rect, const QColor &colour, double width) override;
    void line(const QPointF &from, const QPointF &to, const QColor &colour, double width) override;
    void picture(const QRectF &target, const QImage &image, const QRectF &source) override;
    void text(const QPointF &topLeft, const QString &text, const QColor &colour) override;
    QSizeF textSize(const QString &text) override;
    void clip(const QRectF &rect) override;
    void unclip() override;

private:
    struct Texture
    {
        unsigned id = 0;
        bool used = false; ///< in this frame
    };
    ImGuiStage m_stage;
    QHash<qint64, Texture> m_textures; ///< by QImage::cacheKey()
};

} // namespace orrery
