// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/raster_painter.h"
#include "widgets/scatter/internal/scatter_surface.h"

#include <QPaintEvent>

namespace orrery {

namespace {

class RasterSurface final : public QWidget, public ScatterSurface
{
public:
    RasterSurface(QWidget *parent, SurfaceCalls calls) : QWidget(parent), m_calls(std::move(calls))
    {
        setAttribute(Qt::WA_OpaquePaintEvent);
        setAttribute(Qt::WA_TransparentForMouseEvents);
    }

    QWidget *widget() override { return this; }
    bool work(const std::function<void(PointPainter &)> &work) override
    {
        work(m_painter);
        return true;
    }
    QImage render(const PointFrame &, const std::function<void(PointPainter &)> &paint) override
    {
        paint(m_painter);
        return m_painter.picture();
    }
    bool openGl() const override { return false; }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        m_calls.paint(m_painter);
        QPainter painter(this);
        painter.setClipRegion(event->region());
        QImage picture = m_painter.picture();
        picture.setDevicePixelRatio(devicePixelRatioF());
        painter.drawImage(0, 0, picture);
        QMetaObject::invokeMethod(this, [this] { m_calls.presented(); }, Qt::QueuedConnection);
    }

private:
    SurfaceCalls m_calls;
    RasterPainter m_painter;
};

} // namespace

ScatterSurface *makeRasterSurface(QWidget *parent, SurfaceCalls calls)
{
    return new RasterSurface(parent, std::move(calls));
}

} // namespace orrery
