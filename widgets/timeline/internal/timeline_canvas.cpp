// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/internal/timeline_canvas.h"

#include "widgets/imgui/open_gl.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/internal/gl_pen.h"
#include "widgets/timeline/internal/raster_pen.h"

#include <QOpenGLContext>
#include <QOpenGLWidget>

namespace orrery {

namespace {

/// What the pen keeps belongs to the context: moving to another window may bring another one.
class GlCanvas final : public QOpenGLWidget
{
public:
    GlCanvas(QWidget *parent, CanvasCalls calls) : QOpenGLWidget(parent), m_calls(std::move(calls))
    {
        setFormat(openGlFormat());
        setAttribute(Qt::WA_TransparentForMouseEvents);
        connect(this, &QOpenGLWidget::frameSwapped, this, [this] { m_calls.presented(); });
    }
    ~GlCanvas() override { release(); }

protected:
    void initializeGL() override
    {
        release();
        m_connection = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, [this] { release(); });
        m_started = true;
    }
    void paintGL() override
    {
        m_pen.begin(size(), devicePixelRatioF(), Theme::instance().colours().surface);
        m_calls.paint(m_pen);
        m_pen.end();
    }

private:
    void release()
    {
        disconnect(m_connection);
        if (!m_started)
            return;
        makeCurrent();
        m_pen.release();
        doneCurrent();
        m_started = false;
    }

    CanvasCalls m_calls;
    GlPen m_pen;
    bool m_started = false;
    QMetaObject::Connection m_connection;
};

class RasterCanvas final : public QWidget
{
public:
    RasterCanvas(QWidget *parent, CanvasCalls calls) : QWidget(parent), m_calls(std::move(calls))
    {
        setAttribute(Qt::WA_OpaquePaintEvent);
        setAttribute(Qt::WA_TransparentForMouseEvents);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), Theme::instance().colours().surface);
        RasterPen pen(painter);
        m_calls.paint(pen);
        QMetaObject::invokeMethod(
            this, [this] { m_calls.presented(); }, Qt::QueuedConnection);
    }

private:
    CanvasCalls m_calls;
};

} // namespace

QWidget *makeTimelineCanvas(QWidget *parent, bool openGl, CanvasCalls calls)
{
    if (openGl)
        return new GlCanvas(parent, std::move(calls));
    return new RasterCanvas(parent, std::move(calls));
}

} // namespace orrery
