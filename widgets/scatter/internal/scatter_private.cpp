// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/scatter_private.h"

#include "widgets/scatter/internal/scatter_knobs.h"
#include "widgets/scatter/internal/scatter_legend.h"
#include "widgets/scatter/internal/scatter_overlay.h"
#include "widgets/scatter/internal/scatter_worker.h"
#include "widgets/theme/theme.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery {

namespace {

constexpr double kBinPixels = 2;        ///< side of a bin of the density in the view
constexpr double kDensityMargin = 0.3;  ///< of the view, on each side: panning shows it before it is made anew
constexpr double kDensityStretch = 1.4; ///< further zooming makes another

} // namespace

ScatterView::Private::Private(ScatterView *owner) : view(owner), worker(std::make_shared<ScatterWorker>(owner))
{
    sinceMoved.start();
    sinceShown.start();
    ticker.setTimerType(Qt::PreciseTimer);
    QObject::connect(&ticker, &QTimer::timeout, view, [this] { tick(); });
}

ScatterView::Private::~Private()
{
    worker->forget();
}

void ScatterView::Private::makeSurface(bool openGl)
{
    if (surface)
        delete surface->widget();
    SurfaceCalls calls;
    calls.paint = [this](PointPainter &painter) {
        sincePaint.start();
        const PointFrame now = frame();
        shownComplete = resting() && scene.complete(now);
        scene.paint(painter, now, resting());
    };
    calls.presented = [this] {
        if (!shownComplete && scene.count() > kDrawnMoving)
            scene.adaptSample(double(sincePaint.nsecsElapsed()) * 1e-6);
        Q_EMIT view->presented();
    };
    calls.painterLost = [this] {
        scene.forgetPainter();
        wake();
    };
    calls.failed = [this] { makeSurface(false); };
    calls.paintOver = [this] {
        if (knobs)
            knobs->paintGl();
    };
    calls.contextLost = [this] {
        if (knobs)
            knobs->forgetGl();
    };
    surface = openGl ? makeGlSurface(view, std::move(calls)) : makeRasterSurface(view, std::move(calls));
    scene.forgetPainter();
    if (knobs)
        knobs->setPlain(!openGl);
    arrange();
    surface->widget()->lower();
    if (view->isVisible())
        surface->widget()->show();
    wake();
}

PointFrame ScatterView::Private::frameFor(const Camera &seen, double dpr) const
{
    const Theme &theme = Theme::instance();
    PointFrame frame;
    frame.camera = seen;
    frame.dpr = dpr;
    frame.style = scene.styleFor(seen, dpr, theme.scale());
    frame.blend = scene.blend();
    frame.opacity = stale ? 0.45 : 1;
    frame.ground = theme.colours().surface;
    frame.text = theme.colours().text;
    frame.accent = theme.colours().accent;
    return frame;
}

void ScatterView::Private::refresh()
{
    surface->widget()->update();
    refreshOver();
}

void ScatterView::Private::refreshOver()
{
    // Upon OpenGL a repainted overlay is uploaded and blended, which costs as much as a hundred thousand points.
    const bool moves = !links.isEmpty() || !marks.isEmpty() || current >= 0 || hoveredRow >= 0 ||
                       dragging == Drag::Lasso || dragging == Drag::Box || picturesInView();
    if (moves || overMoved)
        overlay->update();
    overMoved = moves;
}

void ScatterView::Private::restyle()
{
    recolour();
    legend->restyle();
    knobs->restyle();
    arrange();
    refresh();
    overlay->update();
    wake();
}

void ScatterView::Private::arrange()
{
    const QRect all = view->rect();
    surface->widget()->setGeometry(all);
    if (!overlay)
        return;
    overlay->setGeometry(all);
    const Theme &theme = Theme::instance();
    const int gap = theme.px(12);
    legend->setVisible(legendShown && legend->hasContent());
    legend->setRoom(QSize(all.width() / 3 - gap, all.height() - 2 * gap));
    legend->move(all.right() - legend->width() - gap, gap);
    knobs->setRoom(all.width() - 2 * gap);
    knobs->move(gap, all.bottom() - knobs->height() - gap);
    const bool resized = camera.size() != QSizeF(all.size());
    if (resized)
        overlay->update();
    if (resized || (!movedByHand && !glide && !tween && arrangedLegend != legendArea())) {
        arrangedLegend = legendArea();
        camera.setSize(all.size());
        if (!movedByHand || !fittedOnce) {
            camera = fitted(scene.positions() ? inView(*scene.positions(), scene.bounds()) : scene.bounds());
            fittedOnce = !scene.bounds().isNull() && !all.isEmpty();
        }
        limitScale();
        cameraMoved(false);
    }
}

bool ScatterView::Private::picturesInView() const
{
    constexpr int kCorners = 8; // cells reach beyond the view
    return thumbnails.hasSource() && scene.grid() &&
           scene.grid()->countIn(camera.visible()) <= kCorners * kMostThumbnails;
}

QSize ScatterView::Private::legendArea() const
{
    return legend->isVisibleTo(view) ? legend->size() : QSize();
}

void ScatterView::Private::recolour()
{
    scene.setLooks(looksOf(colouring, scene.count(), isolated));
    densityStale = true;
    refresh();
    askWorker();
    wake();
}

void ScatterView::Private::askWorker()
{
    if (working || scene.count() == 0)
        return;
    const bool dense = scene.count() > kDrawnMoving;
    ScatterWorker::Task task{.positions = scene.positions(), .looks = scene.looks(), .order = scene.order()};
    task.grid = gridStale;
    if (dense && !camera.size().isEmpty() && scene.looks()) {
        const QRectF seen = camera.visible();
        const double stretch = camera.scale() / std::max(1e-300, densityScale);
        const bool covers = densityRegion.contains(seen.intersected(scene.bounds()));
        if (densityStale || !covers || stretch > kDensityStretch || stretch < 1 / kDensityStretch) {
            QRectF region = seen.adjusted(-seen.width() * kDensityMargin, -seen.height() * kDensityMargin,
                                          seen.width() * kDensityMargin, seen.height() * kDensityMargin);
            region = region.intersected(scene.bounds());
            if (region.isEmpty()) {
                densityRegion = seen;
            } else {
                task.region = region;
                const auto bins = [&](double length) {
                    return std::clamp(static_cast<int>(length * camera.scale() / kBinPixels), 1, 2048);
                };
                task.bins = QSize(bins(region.width()), bins(region.height()));
                const PointStyle style = scene.styleFor(camera, 1, Theme::instance().scale());
                const double bin = region.width() / task.bins.width() * region.height() / task.bins.height() *
                                   camera.scale() * camera.scale();
                task.cover = std::numbers::pi * style.radius * style.radius * style.opacity / bin;
            }
        }
    }
    if (!task.grid && task.order && task.region.isNull())
        return;
    working = true;
    if (task.grid)
        gridStale = false;
    if (!task.region.isNull())
        densityStale = false;
    worker->start(task, [this, scale = camera.scale()](const ScatterWorker::Result &result) {
        working = false;
        // Points of another collection came meanwhile: everything is asked for again.
        if (!scene.positions() || result.order->size() != static_cast<std::size_t>(scene.count())) {
            gridStale = densityStale = true;
            askWorker();
            return;
        }
        scene.setOrder(result.order);
        if (result.grid)
            scene.setGrid(result.grid);
        if (!result.density.isNull()) {
            scene.setDensity(result.density, result.region);
            densityRegion = result.region;
            densityScale = scale;
        }
        if (result.grid || !resting())
            refresh();
        wake();
        askWorker();
    });
}

void ScatterView::Private::nameIt()
{
    const auto locale = view->locale();
    QString text = tr("Map of %1 points").arg(locale.toString(qlonglong(scene.count())));
    if (current >= 0) {
        const QString called = name ? name(current) : tr("point %1").arg(locale.toString(qlonglong(current + 1)));
        text =
            isSelected(current)
                ? tr("%1, selected, %2 of %3")
                      .arg(called, locale.toString(qlonglong(current + 1)), locale.toString(qlonglong(scene.count())))
                : tr("%1, %2 of %3")
                      .arg(called, locale.toString(qlonglong(current + 1)), locale.toString(qlonglong(scene.count())));
    }
    view->setAccessibleDescription(text);
    if (view->accessibleName().isEmpty())
        view->setAccessibleName(tr("Map of points"));
}

} // namespace orrery
