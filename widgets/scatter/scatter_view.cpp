// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/scatter_view.h"

#include "widgets/imgui/open_gl.h"
#include "widgets/scatter/internal/raster_painter.h"
#include "widgets/scatter/internal/scatter_knobs.h"
#include "widgets/scatter/internal/scatter_legend.h"
#include "widgets/scatter/internal/scatter_overlay.h"
#include "widgets/scatter/internal/scatter_private.h"
#include "widgets/theme/theme.h"

#include <algorithm>

namespace orrery {

ScatterView::ScatterView(QWidget *parent) : QWidget(parent), d(std::make_unique<Private>(this))
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(160, 120);
    setAccessibleName(tr("Map of points"));
    grabGesture(Qt::PinchGesture);
    d->overlay = new ScatterOverlay(this, [this] { return d->overlayContent(d->camera, devicePixelRatioF()); });
    d->legend = new ScatterLegend(this);
    d->legend->onIsolate = [this](int isolated) {
        d->isolated = isolated;
        d->recolour();
    };
    d->knobs = new ScatterKnobs(this);
    d->knobs->onChanged = [this](const QString &id, double value) { Q_EMIT knobChanged(id, value); };
    d->knobs->onReleased = [this](const QString &id, double value) { Q_EMIT knobReleased(id, value); };
    d->knobs->onRepaint = [this] {
        if (d->surface)
            d->surface->widget()->update();
    };
    d->makeSurface(openGlWorks());
    connect(&Theme::instance(), &Theme::changed, this, [this] { d->restyle(); });
    d->nameIt();
}

ScatterView::~ScatterView()
{
    // The surface asks for what is drawn until it is gone.
    d->knobs->onRepaint = nullptr;
    delete d->surface->widget();
    d->surface = nullptr;
}

void ScatterView::setPositions(ScatterPositions positions, int motionMs)
{
    if (!positions)
        positions = std::make_shared<const std::vector<float>>();
    const auto points = static_cast<std::int64_t>(positions->size() / 2);
    const bool same = points == count() && points > 0;
    if (same && positions == d->scene.positions())
        return;
    if (same) {
        d->movePoints(std::move(positions), motionMs);
    } else {
        d->newPoints(std::move(positions));
    }
    d->gridStale = d->densityStale = true;
    d->sinceMoved.restart();
    d->askWorker();
    d->refresh();
    d->wake();
}

ScatterPositions ScatterView::positions() const
{
    return d->scene.positions();
}

std::int64_t ScatterView::count() const
{
    return d->scene.count();
}

void ScatterView::setColouring(ScatterColouring colouring)
{
    const bool otherClasses = colouring.kind != d->colouring.kind || colouring.names != d->colouring.names;
    d->colouring = std::move(colouring);
    if (otherClasses) {
        d->isolated = -1;
        d->legend->setIsolated(-1);
    }
    d->legend->setColouring(d->colouring);
    d->recolour();
    d->arrange();
}

const ScatterColouring &ScatterView::colouring() const
{
    return d->colouring;
}

void ScatterView::setLegendShown(bool shown)
{
    d->legendShown = shown;
    d->arrange();
}

void ScatterView::setThumbnails(std::function<QImage(std::int64_t)> thumbnail)
{
    d->thumbnails.setSource(std::move(thumbnail));
    d->overlay->update();
    d->refreshOver();
}

void ScatterView::setNames(std::function<QString(std::int64_t)> name)
{
    d->name = std::move(name);
    d->nameIt();
    d->refreshOver();
}

void ScatterView::setMarks(QList<ScatterMark> marks)
{
    d->newMarks(std::move(marks));
}

void ScatterView::setLinks(QList<ScatterLink> links)
{
    d->links = std::move(links);
    d->legend->setLinks(d->links);
    d->arrange();
    d->refreshOver();
}

void ScatterView::setKnobs(QList<ScatterKnob> knobs)
{
    d->knobs->setKnobs(knobs);
    d->arrange();
}

void ScatterView::setStatus(const QString &status)
{
    if (status == d->status)
        return;
    d->status = status;
    d->overlay->update(0, 0, width(), Theme::instance().px(64)); // the line alone: it changes ten times a second
}

void ScatterView::setStale(bool stale)
{
    if (stale == d->stale)
        return;
    d->stale = stale;
    d->refresh();
}

void ScatterView::setSelection(const std::vector<std::int64_t> &rows, std::int64_t current)
{
    std::vector<std::int64_t> sorted = rows;
    if (!std::is_sorted(sorted.begin(), sorted.end()))
        std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    const std::int64_t points = count();
    sorted.erase(
        std::remove_if(sorted.begin(), sorted.end(), [points](std::int64_t row) { return row < 0 || row >= points; }),
        sorted.end());
    const std::int64_t now = current >= 0 && current < points ? current : -1;
    if (sorted == d->selection && now == d->current)
        return;
    const bool other = sorted != d->selection;
    d->selection = std::move(sorted);
    d->current = now;
    if (other) {
        d->scene.setSelection(d->selection);
        d->refresh();
        d->wake();
    }
    d->refreshOver();
    d->nameIt();
}

const std::vector<std::int64_t> &ScatterView::selection() const
{
    return d->selection;
}

std::int64_t ScatterView::current() const
{
    return d->current;
}

void ScatterView::setTool(Tool tool)
{
    d->tool = tool;
    d->cancelDrag();
}

ScatterView::Tool ScatterView::tool() const
{
    return d->tool;
}

void ScatterView::fit()
{
    d->movedByHand = false;
    d->lookedAt.clear();
    if (!d->scene.bounds().isNull())
        d->glideTo(d->fitted(d->scene.bounds()), Theme::instance().motionMs());
}

void ScatterView::lookAt(const std::vector<std::int64_t> &rows, int motionMs)
{
    std::vector<std::int64_t> known;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(known),
                 [this](std::int64_t row) { return row >= 0 && row < count(); });
    if (known.empty())
        return;
    d->lookedAt = std::move(known);
    d->movedByHand = false; // the map may be in the making: they stay in view while they move
    d->glideTo(d->fitted(d->inView(*d->scene.positions(), d->scene.bounds())),
               Theme::instance().motion() ? motionMs : 0);
}

QRectF ScatterView::visibleRegion() const
{
    return d->camera.visible();
}

QPointF ScatterView::toWidget(const QPointF &onMap) const
{
    return d->camera.toWidget(onMap);
}

QPointF ScatterView::toMap(const QPointF &inWidget) const
{
    return d->camera.toMap(inWidget);
}

void ScatterView::setCompanion(ScatterView *other)
{
    if (other == d->companion || other == this)
        return;
    if (const auto former = d->companion; former && former->d->companion == this)
        former->d->companion = nullptr;
    d->companion = other;
    if (other) {
        if (const auto third = other->d->companion; third && third != this)
            third->d->companion = nullptr;
        other->d->companion = this;
        other->d->followCamera(*d);
    }
}

QImage ScatterView::render(const QSize &size)
{
    return d->render(size);
}

bool ScatterView::usesOpenGl() const
{
    return d->surface->openGl();
}

bool ScatterView::complete() const
{
    return d->shownComplete;
}

std::int64_t ScatterView::pointsDrawnSingly() const
{
    return d->shownComplete ? d->scene.kept() : d->scene.drawnSingly();
}

} // namespace orrery
