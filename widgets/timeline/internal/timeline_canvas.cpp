// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/internal/timeline_canvas.h"

#include "widgets/imgui/gl_view.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/internal/gl_pen.h"
#include "widgets/timeline/internal/raster_pen.h"

#include <QPainter>

namespace orrery {

namespace {

class GlCanvas final : public GlView
{
public:
    GlCanvas(QWidget *parent, CanvasCalls calls) : GlView(parent), m_calls(std::move(calls))
    {
        connect(this, &QOpenGLWidget::frameSwapped, this, [this] { m_calls.presented(); });
    }
    ~GlCanvas() override { release(); }

protected:
    bool start() override { return true; } // the pen begins when it is used
    void stop() override { m_pen.release(); }
    void paintGL() override
    {
        m_pen.begin(size(), devicePixelRatioF(), Theme::instance().colours().surface);
        m_calls.paint(m_pen);
        m_pen.end();
    }

private:
    CanvasCalls m_calls;
    GlPen m_pen;
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
