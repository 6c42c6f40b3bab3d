// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/point_painter.h"

#include <QOpenGLExtraFunctions>

class QOpenGLFramebufferObject;
class QOpenGLShaderProgram;

namespace orrery {

/// Points by OpenGL 3.3: one GL_POINT each, its shape, ring and edge made by the fragment shader. Everything lives in
/// the context that was current when start() was called; every other call wants that context current, too.
class GlPainter final : public PointPainter, private QOpenGLExtraFunctions
{
public:
    GlPainter();
    ~GlPainter() override; ///< forgets; the context is gone or stop() was called

    /// Compiles shaders, makes buffers. @return why it cannot be; empty: it went well.
    QString start();
    void stop();
    /// The framebuffer that begin() and draw() draw into.
    void setTarget(unsigned framebuffer) { m_target = framebuffer; }

    void setPositions(const ScatterPositions &from, const ScatterPositions &to) override;
    void setLooks(const PointLooks &looks) override;
    void setDensity(const QImage &picture, const QRectF &region) override;
    void clear(Layer layer, const PointFrame &frame) override;
    void add(Layer layer, const PointFrame &frame, const PointRows &rows) override;
    void begin(const PointFrame &frame, double density) override;
    void draw(const PointFrame &frame, const PointRows &rows) override;
    void draw(const PointFrame &frame, Layer layer) override;
    void finish() override;

private:
    void drawPoints(const PointFrame &frame, const PointRows &rows, double opacity);
    void drawTexture(unsigned texture, const QRectF &clip, double opacity);

    std::unique_ptr<QOpenGLShaderProgram> m_points, m_dots, m_texture;
    std::unique_ptr<QOpenGLFramebufferObject> m_layers[kLayers];
    unsigned m_target = 0;
    unsigned m_pointArray = 0, m_textureArray = 0; ///< vertex arrays
    unsigned m_positions[2] = {0, 0}, m_looks = 0, m_rows = 0;
    unsigned m_density = 0;
    ScatterPositions m_uploaded[2]; ///< what the buffers hold
    QRectF m_region;
    bool m_hasDensity = false, m_hasPoints = false;
};

} // namespace orrery
