// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/internal/gl_pen.h"

#include <QOpenGLContext>
#include <QOpenGLFunctions>

#include <imgui.h>

namespace orrery {

namespace {

ImVec2 vector(const QPointF &p)
{
    return {static_cast<float>(p.x()), static_cast<float>(p.y())};
}

ImU32 colourOf(const QColor &c)
{
    return IM_COL32(c.red(), c.green(), c.blue(), c.alpha());
}

ImDrawList *list()
{
    return ImGui::GetBackgroundDrawList();
}

QOpenGLFunctions *gl()
{
    return QOpenGLContext::currentContext()->functions();
}

} // namespace

void GlPen::begin(const QSize &view, double dpr, const QColor &ground)
{
    gl()->glClearColor(ground.redF(), ground.greenF(), ground.blueF(), 1);
    gl()->glClear(GL_COLOR_BUFFER_BIT);
    m_stage.begin(view, dpr);
    ImGui::NewFrame();
    for (Texture &texture : m_textures)
        texture.used = false;
}

void GlPen::end()
{
    m_stage.end();
    for (auto it = m_textures.begin(); it != m_textures.end();) {
        if (it->used) {
            ++it;
            continue;
        }
        gl()->glDeleteTextures(1, &it->id);
        it = m_textures.erase(it);
    }
}

void GlPen::release()
{
    for (const Texture &texture : std::as_const(m_textures))
        gl()->glDeleteTextures(1, &texture.id);
    m_textures.clear();
    m_stage.release();
}

void GlPen::fill(const QRectF &rect, const QColor &colour, double radius)
{
    list()->AddRectFilled(vector(rect.topLeft()), vector(rect.bottomRight()), colourOf(colour),
                          static_cast<float>(radius));
}

void GlPen::frame(const QRectF &rect, const QColor &colour, double width)
{
    list()->AddRect(vector(rect.topLeft()), vector(rect.bottomRight()), colourOf(colour), 0, 0,
                    static_cast<float>(width));
}

void GlPen::line(const QPointF &from, const QPointF &to, const QColor &colour, double width)
{
    list()->AddLine(vector(from), vector(to), colourOf(colour), static_cast<float>(width));
}

void GlPen::picture(const QRectF &target, const QImage &image, const QRectF &source)
{
    Texture &texture = m_textures[image.cacheKey()];
    if (!texture.id) {
        gl()->glGenTextures(1, &texture.id);
        gl()->glBindTexture(GL_TEXTURE_2D, texture.id);
        gl()->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
        gl()->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
        gl()->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
        gl()->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
        const QImage plain = image.convertToFormat(QImage::Format_RGBA8888);
        gl()->glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
        gl()->glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, plain.width(), plain.height(), 0, GL_RGBA, GL_UNSIGNED_BYTE,
                           plain.constBits());
    }
    texture.used = true;
    const QPointF size(image.width(), image.height());
    const auto part = [&](const QPointF &p) { return vector({p.x() / size.x(), p.y() / size.y()}); };
    list()->AddImage(reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(texture.id)), vector(target.topLeft()),
                     vector(target.bottomRight()), part(source.topLeft()), part(source.bottomRight()));
}

void GlPen::text(const QPointF &topLeft, const QString &text, const QColor &colour)
{
    list()->AddText(vector(topLeft), colourOf(colour), text.toUtf8().constData());
}

QSizeF GlPen::textSize(const QString &text)
{
    const ImVec2 size = ImGui::CalcTextSize(text.toUtf8().constData());
    return {size.x, size.y};
}

void GlPen::clip(const QRectF &rect)
{
    list()->PushClipRect(vector(rect.topLeft()), vector(rect.bottomRight()), true);
}

void GlPen::unclip()
{
    list()->PopClipRect();
}

} // namespace orrery
