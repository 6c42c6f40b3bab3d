// SPDX-License-Identifier: Apache-2.0
#include "widgets/imgui/gl_view.h"
#include "widgets/scatter/internal/gl_painter.h"
#include "widgets/scatter/internal/scatter_surface.h"

#include <QOpenGLFramebufferObject>

namespace orrery {

namespace {

class GlSurface final : public GlView, public ScatterSurface
{
public:
    GlSurface(QWidget *parent, SurfaceCalls calls) : GlView(parent), m_calls(std::move(calls))
    {
        connect(this, &QOpenGLWidget::frameSwapped, this, [this] { m_calls.presented(); });
    }
    ~GlSurface() override { release(); }

    QWidget *widget() override { return this; }
    bool openGl() const override { return true; }

    bool work(const std::function<void(PointPainter &)> &work) override
    {
        if (!started())
            return false;
        makeCurrent();
        work(m_painter);
        doneCurrent();
        return true;
    }

    QImage render(const PointFrame &frame, const std::function<void(PointPainter &)> &paint) override
    {
        if (!started())
            return {};
        makeCurrent();
        QImage image;
        {
            QOpenGLFramebufferObject target(frame.pixels(), QOpenGLFramebufferObject::NoAttachment, GL_TEXTURE_2D,
                                            GL_RGBA8);
            m_painter.setTarget(target.handle());
            paint(m_painter);
            image = target.toImage();
        }
        doneCurrent();
        return image;
    }

protected:
    bool start() override
    {
        m_painter.stop();
        const QString error = m_painter.start();
        if (!error.isEmpty()) {
            qWarning("OpenGL cannot draw the map: %s", qPrintable(error));
            QMetaObject::invokeMethod(
                this, [this] { m_calls.failed(); }, Qt::QueuedConnection);
            return false;
        }
        m_calls.painterLost();
        return true;
    }

    void stop() override
    {
        if (m_calls.contextLost)
            m_calls.contextLost();
        m_painter.stop();
    }

    void paintGL() override
    {
        if (!started())
            return;
        m_painter.setTarget(defaultFramebufferObject());
        m_calls.paint(m_painter);
        if (m_calls.paintOver)
            m_calls.paintOver();
    }

private:
    SurfaceCalls m_calls;
    GlPainter m_painter;
};

} // namespace

ScatterSurface *makeGlSurface(QWidget *parent, SurfaceCalls calls)
{
    return new GlSurface(parent, std::move(calls));
}

} // namespace orrery
