// SPDX-License-Identifier: Apache-2.0
#include "widgets/imgui/open_gl.h"
#include "widgets/scatter/internal/gl_painter.h"
#include "widgets/scatter/internal/scatter_surface.h"

#include <QOpenGLContext>
#include <QOpenGLFramebufferObject>
#include <QOpenGLWidget>

namespace orrery {

namespace {

/// Objects are made in initializeGL() and belong to its context: moving to another window may bring another one.
class GlSurface final : public QOpenGLWidget, public ScatterSurface
{
public:
    GlSurface(QWidget *parent, SurfaceCalls calls) : QOpenGLWidget(parent), m_calls(std::move(calls))
    {
        setFormat(openGlFormat());
        setAttribute(Qt::WA_TransparentForMouseEvents);
        connect(this, &QOpenGLWidget::frameSwapped, this, [this] { m_calls.presented(); });
    }
    ~GlSurface() override { release(); }

    QWidget *widget() override { return this; }
    bool openGl() const override { return true; }

    bool work(const std::function<void(PointPainter &)> &work) override
    {
        if (!m_started)
            return false;
        makeCurrent();
        work(m_painter);
        doneCurrent();
        return true;
    }

    QImage render(const PointFrame &frame, const std::function<void(PointPainter &)> &paint) override
    {
        if (!m_started)
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
    void initializeGL() override
    {
        m_painter.stop();
        // The context may go before this widget does: with the window that it belongs to.
        m_connection = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, [this] { release(); });
        const QString error = m_painter.start();
        if (!error.isEmpty()) {
            qWarning("OpenGL cannot draw the map: %s", qPrintable(error));
            QMetaObject::invokeMethod(
                this, [this] { m_calls.failed(); }, Qt::QueuedConnection);
            return;
        }
        m_started = true;
        m_calls.painterLost();
    }

    void paintGL() override
    {
        if (!m_started)
            return;
        m_painter.setTarget(defaultFramebufferObject());
        m_calls.paint(m_painter);
        if (m_calls.paintOver)
            m_calls.paintOver();
    }

private:
    void release()
    {
        disconnect(m_connection);
        if (!m_started)
            return;
        makeCurrent();
        if (m_calls.contextLost)
            m_calls.contextLost();
        m_painter.stop();
        doneCurrent();
        m_started = false;
    }

    SurfaceCalls m_calls;
    GlPainter m_painter;
    bool m_started = false;
    QMetaObject::Connection m_connection;
};

} // namespace

ScatterSurface *makeGlSurface(QWidget *parent, SurfaceCalls calls)
{
    return new GlSurface(parent, std::move(calls));
}

} // namespace orrery
