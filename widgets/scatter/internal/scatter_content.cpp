// SPDX-License-Identifier: Apache-2.0
// What the view shows: new points, marks, and the whole of it as a picture.
#include "widgets/scatter/internal/raster_painter.h"
#include "widgets/scatter/internal/scatter_knobs.h"
#include "widgets/scatter/internal/scatter_legend.h"
#include "widgets/scatter/internal/scatter_private.h"
#include "widgets/theme/theme.h"

#include <QEasingCurve>

#include <algorithm>

namespace orrery {

namespace {

constexpr std::int64_t kShuffledAtOnce = 200'000; ///< more of them are shuffled by the worker

} // namespace

void ScatterView::Private::newPoints(ScatterPositions positions)
{
    tween.reset();
    stopGlide();
    colouring = {};
    isolated = -1;
    links.clear();
    selection.clear();
    current = hoveredRow = -1;
    movedByHand = false;
    lookedAt.clear();
    scene.setPositions(positions, positions);
    scene.setBlend(1);
    scene.setSelection({});
    scene.setGrid(nullptr);
    scene.setDensity({}, {});
    scene.setOrder(scene.count() <= kShuffledAtOnce ? shuffledOrder(scene.count()) : nullptr);
    densityScale = 0;
    densityRegion = {};
    legend->setIsolated(-1);
    legend->setColouring(colouring);
    legend->setLinks({});
    scene.setLooks(looksOf(colouring, scene.count(), isolated));
    camera = fitted(scene.bounds());
    limitScale();
    fittedOnce = !camera.size().isEmpty() && !scene.bounds().isNull();
    arrange();
    nameIt();
}

void ScatterView::Private::newMarks(QList<ScatterMark> list)
{
    const auto known = [this](const ScatterMark &mark) {
        return std::any_of(marks.begin(), marks.end(), [&](const ScatterMark &old) {
            return old.kind == mark.kind && old.text == mark.text && old.image.cacheKey() == mark.image.cacheKey();
        });
    };
    arrivals.clear();
    const int ms = Theme::instance().motionMs() * 2; // a longer way than that of a control
    for (int i = 0; i < list.size(); ++i)
        if (list[i].kind == ScatterMark::Kind::Guest && ms > 0 && view->isVisible() && !known(list[i])) {
            // From beyond the upper right corner, where the tray and other pages are not.
            const QSizeF size = camera.size();
            Arrival arrival{.from = QPointF(size.width() + 80, -80), .ms = ms};
            arrival.clock.start();
            arrivals.insert(i, arrival);
        }
    marks = std::move(list);
    refreshOver();
    if (!arrivals.isEmpty())
        wake();
}

OverlayContent ScatterView::Private::overlayContent(const Camera &seen, double dpr)
{
    OverlayContent content;
    content.camera = seen;
    content.dpr = dpr;
    content.scene = &scene;
    content.colouring = &colouring;
    content.style = frameFor(seen, dpr).style;
    content.marks = marks;
    static const QEasingCurve curve(QEasingCurve::OutCubic);
    for (int i = 0; i < marks.size(); ++i) {
        QPointF at = marks[i].position;
        if (const auto arrival = arrivals.constFind(i); arrival != arrivals.constEnd()) {
            const double done = curve.valueForProgress(std::min(1.0, double(arrival->clock.elapsed()) / arrival->ms));
            const QPointF target = seen.toWidget(at);
            at = seen.toMap(arrival->from + (target - arrival->from) * done);
        }
        content.places.append(at);
    }
    content.links = links;
    content.status = status;
    content.stale = stale;
    content.focused = focusShown;
    content.current = current;
    content.hovered = dragging == Drag::None ? hoveredRow : -1;
    content.thumbnails = &thumbnails;
    content.name = name;
    if (dragging == Drag::Lasso)
        content.lasso = lasso;
    else if (dragging == Drag::Box)
        content.lasso = QPolygonF(QRectF(dragStart, dragLast).normalized());
    for (const QWidget *part : {static_cast<QWidget *>(legend), static_cast<QWidget *>(knobs)})
        if (part->isVisibleTo(view))
            content.obstacles.append(part->geometry());
    return content;
}

QImage ScatterView::Private::render(const QSize &size)
{
    if (size.isEmpty())
        return {};
    // The same part of the map, as large as it fits into the other size.
    Camera seen = camera;
    if (camera.size().isEmpty()) {
        seen.setSize(size);
        seen.fit(scene.bounds(), Theme::instance().px(32));
    } else {
        const QRectF visible = camera.visible();
        seen.setSize(size);
        seen.fit(visible, 0);
    }
    const PointFrame frame = frameFor(seen, 1);
    const auto paint = [&](PointPainter &painter) { scene.paintWhole(painter, frame); };
    QImage image = surface->render(frame, paint);
    if (image.isNull()) { // OpenGL has not started yet
        RasterPainter painter;
        scene.forgetPainter();
        paint(painter);
        scene.forgetPainter();
        image = painter.picture();
    }
    image = image.convertToFormat(QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(1);
    QPainter painter(&image);
    OverlayContent content = overlayContent(seen, 1);
    content.obstacles.clear();
    content.hovered = -1;
    content.lasso.clear();
    const int gap = Theme::instance().px(12);
    const bool hasLegend = legendShown && legend->hasContent();
    const QPoint corner(size.width() - legend->width() - gap, gap);
    if (hasLegend)
        content.obstacles.append(QRectF(corner, legend->size()));
    paintOverlay(painter, content);
    if (hasLegend)
        legend->render(&painter, corner, QRegion(), QWidget::DrawChildren);
    return image;
}

} // namespace orrery
