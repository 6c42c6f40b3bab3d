// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/gl_painter.h"

#include "widgets/scatter/internal/gl_shaders.h"

#include <QOpenGLFramebufferObject>
#include <QOpenGLShaderProgram>

namespace orrery {

namespace {

constexpr unsigned kProgramPointSize = 0x8642; // GL_PROGRAM_POINT_SIZE, which OpenGL ES does not have to name

constexpr double kDotRadius = 1.5;

std::unique_ptr<QOpenGLShaderProgram> compiled(const char *vertex, const char *fragment, QString &error)
{
    auto made = std::make_unique<QOpenGLShaderProgram>();
    if (!made->addShaderFromSourceCode(QOpenGLShader::Vertex, vertex) ||
        !made->addShaderFromSourceCode(QOpenGLShader::Fragment, fragment) || !made->link())
        error = made->log();
    return made;
}

QVector3D vector(const QColor &colour)
{
    return {colour.redF(), colour.greenF(), colour.blueF()};
}

} // namespace

GlPainter::GlPainter() = default;
GlPainter::~GlPainter() = default;

QString GlPainter::start()
{
    initializeOpenGLFunctions();
    QString error;
    m_points = compiled(gl::kPointVertex, gl::kPointFragment, error);
    if (error.isEmpty())
        m_dots = compiled(gl::kPointVertex, gl::kDotFragment, error);
    if (error.isEmpty())
        m_texture = compiled(gl::kTextureVertex, gl::kTextureFragment, error);
    if (!error.isEmpty())
        return error;
    glGenVertexArrays(1, &m_pointArray);
    glGenVertexArrays(1, &m_textureArray);
    glGenBuffers(2, m_positions);
    glGenBuffers(1, &m_looks);
    glGenBuffers(1, &m_rows);
    glGenTextures(1, &m_density);

    glBindVertexArray(m_pointArray);
    for (unsigned i = 0; i < 2; ++i) {
        glBindBuffer(GL_ARRAY_BUFFER, m_positions[i]);
        glEnableVertexAttribArray(i);
        glVertexAttribPointer(i, 2, GL_FLOAT, GL_FALSE, 0, nullptr);
    }
    glBindBuffer(GL_ARRAY_BUFFER, m_looks);
    glEnableVertexAttribArray(2);
    glVertexAttribIPointer(2, 4, GL_UNSIGNED_BYTE, 0, nullptr);
    glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, m_rows);
    glBindVertexArray(0);
    return {};
}

void GlPainter::stop()
{
    if (!m_points)
        return;
    m_points.reset();
    m_dots.reset();
    m_texture.reset();
    for (auto &layer : m_layers)
        layer.reset();
    glDeleteVertexArrays(1, &m_pointArray);
    glDeleteVertexArrays(1, &m_textureArray);
    glDeleteBuffers(2, m_positions);
    glDeleteBuffers(1, &m_looks);
    glDeleteBuffers(1, &m_rows);
    glDeleteTextures(1, &m_density);
    m_uploaded[0].reset(), m_uploaded[1].reset();
    m_hasDensity = m_hasPoints = false;
}

void GlPainter::setPositions(const ScatterPositions &from, const ScatterPositions &to)
{
    const ScatterPositions wanted[2] = {from && to && from->size() == to->size() ? from : to, to};
    // Where the points went is where they come from next: the buffers change places instead of being filled again.
    if (wanted[0] && wanted[0] == m_uploaded[1] && wanted[0] != m_uploaded[0]) {
        std::swap(m_positions[0], m_positions[1]);
        std::swap(m_uploaded[0], m_uploaded[1]);
    }
    for (int i = 0; i < 2; ++i) {
        glBindBuffer(GL_ARRAY_BUFFER, m_positions[i]);
        if (wanted[i] && wanted[i] != m_uploaded[i])
            glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(wanted[i]->size() * sizeof(float)), wanted[i]->data(),
                         GL_DYNAMIC_DRAW);
        m_uploaded[i] = wanted[i];
        glBindVertexArray(m_pointArray);
        glVertexAttribPointer(static_cast<unsigned>(i), 2, GL_FLOAT, GL_FALSE, 0, nullptr);
        glBindVertexArray(0);
    }
}

void GlPainter::setLooks(const PointLooks &looks)
{
    m_hasPoints = looks && !looks->empty();
    if (!m_hasPoints)
        return;
    glBindBuffer(GL_ARRAY_BUFFER, m_looks);
    glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(looks->size() * 4), looks->data(), GL_STATIC_DRAW);
}

void GlPainter::setDensity(const QImage &picture, const QRectF &region)
{
    m_hasDensity = !picture.isNull();
    m_region = region;
    if (!m_hasDensity)
        return;
    const QImage image = picture.convertToFormat(QImage::Format_RGBA8888_Premultiplied);
    glBindTexture(GL_TEXTURE_2D, m_density);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, image.width(), image.height(), 0, GL_RGBA, GL_UNSIGNED_BYTE,
                 image.constBits());
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
}

void GlPainter::clear(Layer layer, const PointFrame &frame)
{
    auto &target = m_layers[static_cast<int>(layer)];
    if (!target || target->size() != frame.pixels())
        target = std::make_unique<QOpenGLFramebufferObject>(frame.pixels(), QOpenGLFramebufferObject::NoAttachment,
                                                            GL_TEXTURE_2D, GL_RGBA8);
    glBindFramebuffer(GL_FRAMEBUFFER, target->handle());
    glClearColor(0, 0, 0, 0);
    glClear(GL_COLOR_BUFFER_BIT);
}

void GlPainter::add(Layer layer, const PointFrame &frame, const PointRows &rows)
{
    glBindFramebuffer(GL_FRAMEBUFFER, m_layers[static_cast<int>(layer)]->handle());
    drawPoints(frame, rows, 1);
}

void GlPainter::begin(const PointFrame &frame, double density)
{
    glBindFramebuffer(GL_FRAMEBUFFER, m_target);
    const QSize size = frame.pixels();
    glViewport(0, 0, size.width(), size.height());
    glDisable(GL_DEPTH_TEST);
    glDisable(GL_SCISSOR_TEST);
    glClearColor(frame.ground.redF(), frame.ground.greenF(), frame.ground.blueF(), 1);
    glClear(GL_COLOR_BUFFER_BIT);
    if (!m_hasDensity || density <= 0)
        return;
    const auto clip = [&](const QPointF &onMap) {
        const QPointF place = frame.camera.toWidget(onMap);
        return QPointF(place.x() / frame.camera.size().width() * 2 - 1,
                       1 - place.y() / frame.camera.size().height() * 2);
    };
    drawTexture(m_density, QRectF(clip(m_region.topLeft()), clip(m_region.bottomRight())), density * frame.opacity);
}

void GlPainter::draw(const PointFrame &frame, const PointRows &rows)
{
    glBindFramebuffer(GL_FRAMEBUFFER, m_target);
    drawPoints(frame, rows, frame.opacity);
}

void GlPainter::draw(const PointFrame &frame, Layer layer)
{
    const auto &kept = m_layers[static_cast<int>(layer)];
    if (!kept)
        return;
    glBindFramebuffer(GL_FRAMEBUFFER, m_target);
    const QSize size = frame.pixels();
    glViewport(0, 0, size.width(), size.height());
    drawTexture(kept->texture(), QRectF(-1, -1, 2, 2), frame.opacity);
}

void GlPainter::drawTexture(unsigned texture, const QRectF &clip, double opacity)
{
    glEnable(GL_BLEND);
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    m_texture->bind();
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, texture);
    m_texture->setUniformValue("picture", 0);
    m_texture->setUniformValue("opacity", static_cast<float>(opacity));
    m_texture->setUniformValue("upsideDown", texture == m_density);
    m_texture->setUniformValue("place", static_cast<float>(clip.left()), static_cast<float>(clip.top()),
                               static_cast<float>(clip.right()), static_cast<float>(clip.bottom()));
    glBindVertexArray(m_textureArray);
    glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
    glBindVertexArray(0);
    m_texture->release();
}

void GlPainter::drawPoints(const PointFrame &frame, const PointRows &rows, double opacity)
{
    if (rows.empty() || !m_hasPoints || !m_uploaded[1])
        return;
    const QSize size = frame.pixels();
    glViewport(0, 0, size.width(), size.height());
    glEnable(GL_BLEND);
    glEnable(kProgramPointSize);
    const PointStyle &style = frame.style;
    glBlendFunc(style.halo == Halo::Hole ? GL_ZERO : GL_ONE, GL_ONE_MINUS_SRC_ALPHA); // a hole only takes away
    const Camera &camera = frame.camera;
    const bool dot = style.radius < kDotRadius && style.halo == Halo::None;
    QOpenGLShaderProgram &program = dot ? *m_dots : *m_points;
    const auto number = [](double value) { return static_cast<float>(value); };
    program.bind();
    program.setUniformValue("centre", number(camera.centre().x()), number(camera.centre().y()));
    program.setUniformValue("scale", number(2 * camera.scale() / camera.size().width()),
                            number(2 * camera.scale() / camera.size().height()));
    program.setUniformValue("blend", frame.blend);
    program.setUniformValue("radius", number(style.outerRadius()));
    program.setUniformValue("opacity", number(style.opacity * opacity));
    program.setUniformValue("fadedOpacity", number(style.halo == Halo::Hole ? 1 : kFadedOpacity));
    program.setUniformValue("halo", style.halo != Halo::None);
    program.setUniformValue("dot", dot);
    program.setUniformValue("disc", vector(style.halo == Halo::Rim ? frame.ground : frame.accent));
    if (!dot) {
        program.setUniformValue("ring", style.ring && style.halo == Halo::None);
        program.setUniformValue("ringWidth", number(style.ringWidth));
        program.setUniformValue("text", vector(frame.text));
    }
    glBindVertexArray(m_pointArray);
    glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, m_rows);
    glBufferData(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLsizeiptr>(rows.size() * sizeof(std::uint32_t)), rows.data(),
                 GL_STREAM_DRAW);
    glDrawElements(GL_POINTS, static_cast<GLsizei>(rows.size()), GL_UNSIGNED_INT, nullptr);
    glBindVertexArray(0);
    program.release();
}

void GlPainter::finish()
{
    glFinish();
}

} // namespace orrery
