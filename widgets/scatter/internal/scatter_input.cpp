// SPDX-License-Identifier: Apache-2.0
// What the hand does: pointer, wheel, pinch and keys.
#include "widgets/scatter/internal/lasso.h"
#include "widgets/scatter/internal/scatter_knobs.h"
#include "widgets/scatter/internal/scatter_private.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QGestureEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery {

namespace {

constexpr double kPickPixels = 14;
constexpr double kKeyZoom = 1.4;

} // namespace

std::int64_t ScatterView::Private::pick(const QPointF &inWidget, double withinPixels) const
{
    if (scene.count() == 0)
        return -1;
    const QPointF onMap = camera.toMap(inWidget);
    const double within = withinPixels / camera.scale();
    const auto &grid = scene.grid();
    if (grid && grid->positions() == scene.positions() && scene.blend() >= 1)
        return grid->nearest(onMap, within);
    // The index is being made, or the points are on their way: one look at all of them.
    const float *from = scene.from()->data(), *to = scene.positions()->data();
    const float t = scene.blend(), x = static_cast<float>(onMap.x()), y = static_cast<float>(onMap.y());
    auto best = static_cast<float>(within * within);
    std::int64_t found = -1;
    for (std::int64_t row = 0; row < scene.count(); ++row) {
        const float dx = from[2 * row] + (to[2 * row] - from[2 * row]) * t - x;
        const float dy = from[2 * row + 1] + (to[2 * row + 1] - from[2 * row + 1]) * t - y;
        if (const float d = dx * dx + dy * dy; d <= best) {
            best = d;
            found = row;
        }
    }
    return found;
}

void ScatterView::Private::hover(std::int64_t row, bool tell)
{
    if (row == hoveredRow)
        return;
    hoveredRow = row;
    refreshOver();
    if (!tell)
        return;
    if (companion && companion->d)
        companion->d->hover(row < companion->d->scene.count() ? row : -1, false);
    Q_EMIT view->hovered(row);
}

bool ScatterView::Private::isSelected(std::int64_t row) const
{
    return std::binary_search(selection.begin(), selection.end(), row);
}

void ScatterView::Private::select(std::vector<std::int64_t> rows, std::int64_t now)
{
    view->setSelection(rows, now);
    if (companion && companion->d && companion->count() == scene.count())
        companion->setSelection(selection, current);
    Q_EMIT view->selectionMade(selection, current);
}

void ScatterView::Private::combine(const std::vector<std::int64_t> &rows, Qt::KeyboardModifiers modifiers)
{
    std::vector<std::int64_t> result;
    if (modifiers & Qt::ControlModifier)
        std::set_symmetric_difference(selection.begin(), selection.end(), rows.begin(), rows.end(),
                                      std::back_inserter(result));
    else if (modifiers & Qt::ShiftModifier)
        std::set_union(selection.begin(), selection.end(), rows.begin(), rows.end(), std::back_inserter(result));
    else
        result = rows;
    const bool one = rows.size() == 1;
    select(std::move(result), one ? rows.front() : current);
}

QPolygonF ScatterView::Private::lassoOnMap() const
{
    QPolygonF outline;
    if (dragging == Drag::Box) {
        const QRectF box = QRectF(dragStart, dragLast).normalized();
        for (const QPointF &corner : {box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()})
            outline << camera.toMap(corner);
    } else {
        for (const QPointF &corner : lasso)
            outline << camera.toMap(corner);
    }
    return outline;
}

void ScatterView::Private::updateCursor()
{
    view->setCursor(dragging == Drag::Pan ? Qt::ClosedHandCursor
                    : tool != Tool::Pan   ? Qt::CrossCursor
                    : hoveredRow >= 0     ? Qt::PointingHandCursor
                                          : Qt::ArrowCursor);
}

void ScatterView::Private::press(QMouseEvent *event)
{
    stopGlide();
    dragStart = dragLast = event->position();
    if (event->button() == Qt::LeftButton && knobs->pointerPressed(event->position())) {
        dragging = Drag::Knobs;
        return;
    }
    if (event->button() == Qt::MiddleButton) {
        dragging = Drag::Pan;
    } else if (event->button() == Qt::LeftButton) {
        dragging = Drag::Press;
        lasso = QPolygonF{event->position()};
    }
    updateCursor();
}

void ScatterView::Private::drag(QMouseEvent *event)
{
    const QPointF at = event->position();
    switch (dragging) {
    case Drag::None:
        if (knobs->pointerMoved(at))
            hover(-1, true);
        else
            hover(pick(at, Theme::instance().px(kPickPixels)), true);
        updateCursor();
        return;
    case Drag::Knobs:
        knobs->pointerMoved(at);
        return;
    case Drag::Press:
        if ((at - dragStart).manhattanLength() < QApplication::startDragDistance())
            return;
        hover(-1, true);
        dragging = tool == Tool::Lasso                                           ? Drag::Lasso
                   : tool == Tool::Box || event->modifiers() & Qt::ShiftModifier ? Drag::Box
                                                                                 : Drag::Pan;
        updateCursor();
        [[fallthrough]];
    case Drag::Pan:
    case Drag::Lasso:
    case Drag::Box:
        if (dragging == Drag::Pan) {
            camera.pan(at - dragLast);
            dragLast = at;
            cameraMoved(true);
        } else {
            dragLast = at;
            if (dragging == Drag::Lasso)
                lasso << at;
            refreshOver();
        }
    }
}

void ScatterView::Private::release(QMouseEvent *event)
{
    const Drag ended = dragging;
    const bool clear = !(event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier));
    if (ended == Drag::Knobs) {
        knobs->pointerReleased(event->position());
    } else if (ended == Drag::Press) {
        const std::int64_t row = pick(event->position(), Theme::instance().px(kPickPixels));
        if (row >= 0)
            combine({row}, event->modifiers());
        else if (clear && !selection.empty())
            select({}, -1);
    } else if ((ended == Drag::Lasso || ended == Drag::Box) && scene.count() > 0) {
        combine(rowsInside(*scene.positions(), lassoOnMap()), event->modifiers());
    } else if (ended == Drag::Pan) {
        sinceMoved.restart();
        wake();
    }
    cancelDrag();
}

void ScatterView::Private::cancelDrag()
{
    dragging = Drag::None;
    lasso.clear();
    updateCursor();
    refreshOver();
}

void ScatterView::Private::doubleClick(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || knobs->covers(event->position()))
        return;
    if (const std::int64_t row = pick(event->position(), Theme::instance().px(kPickPixels)); row >= 0)
        Q_EMIT view->activated(row);
    else
        view->fit();
}

void ScatterView::Private::zoom(const QPointF &about, double factor, int ms)
{
    Camera target = glide ? glide->to : camera;
    target.setSize(camera.size());
    target.zoomAbout(about, factor);
    movedByHand = true;
    if (ms > 0) {
        glideTo(target, ms);
    } else {
        stopGlide();
        camera = target;
        cameraMoved(true);
    }
}

void ScatterView::Private::wheel(QWheelEvent *event)
{
    const double turned = event->angleDelta().y() != 0 ? event->angleDelta().y() : event->pixelDelta().y() * 2;
    if (turned != 0)
        zoom(event->position(), std::pow(1.0018, turned), 0);
    event->accept();
}

bool ScatterView::Private::gesture(QGestureEvent *event)
{
    const auto *pinch = static_cast<QPinchGesture *>(event->gesture(Qt::PinchGesture));
    if (!pinch)
        return false;
    if (pinch->state() == Qt::GestureStarted)
        stopGlide();
    if (pinch->changeFlags() & QPinchGesture::ScaleFactorChanged)
        zoom(view->mapFromGlobal(pinch->centerPoint()), pinch->scaleFactor(), 0);
    if (pinch->changeFlags() & QPinchGesture::CenterPointChanged) {
        camera.pan(pinch->centerPoint() - pinch->lastCenterPoint());
        cameraMoved(true);
    }
    event->accept();
    return true;
}

void ScatterView::Private::walk(const QPointF &direction, bool extend)
{
    if (scene.count() == 0)
        return;
    std::shared_ptr<const PointGrid> grid = scene.grid();
    if (!grid || grid->positions() != scene.positions())
        return; // the index is a moment away
    const std::int64_t next = current < 0 || current >= scene.count()
                                  ? grid->nearest(camera.visible().center(), std::numeric_limits<double>::max())
                                  : grid->nearestTowards(current, direction);
    if (next < 0)
        return;
    if (extend)
        combine({next}, Qt::ShiftModifier);
    else
        select({next}, next);
    // It stays in view, with something around it.
    const QPointF at = camera.toWidget(scene.at(next));
    const double edge = Theme::instance().px(48);
    const QRectF inner(edge, edge, std::max(1.0, camera.size().width() - 2 * edge),
                       std::max(1.0, camera.size().height() - 2 * edge));
    if (!inner.contains(at)) {
        Camera target = camera;
        target.pan(inner.center() - at);
        movedByHand = true;
        glideTo(target, Theme::instance().motionMs());
    }
}

bool ScatterView::Private::key(QKeyEvent *event)
{
    const bool shift = event->modifiers() & Qt::ShiftModifier;
    const QPointF centre(camera.size().width() / 2, camera.size().height() / 2);
    const int ms = Theme::instance().motionMs();
    if (event->matches(QKeySequence::SelectAll)) {
        std::vector<std::int64_t> all(static_cast<std::size_t>(scene.count()));
        std::iota(all.begin(), all.end(), 0);
        select(std::move(all), current);
        return true;
    }
    if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))
        return false;
    switch (event->key()) {
    case Qt::Key_Left:
        walk({-1, 0}, shift);
        return true;
    case Qt::Key_Right:
        walk({1, 0}, shift);
        return true;
    case Qt::Key_Up:
        walk({0, 1}, shift);
        return true;
    case Qt::Key_Down:
        walk({0, -1}, shift);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (current >= 0)
            Q_EMIT view->activated(current);
        return current >= 0;
    case Qt::Key_Escape:
        if (dragging != Drag::None)
            cancelDrag();
        else if (!selection.empty())
            select({}, -1);
        else
            return false; // the window cancels running work by it
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoom(centre, kKeyZoom, ms);
        return true;
    case Qt::Key_Minus:
        zoom(centre, 1 / kKeyZoom, ms);
        return true;
    case Qt::Key_0:
        view->fit();
        return true;
    default:
        return false;
    }
}

void ScatterView::Private::leave()
{
    knobs->pointerLeft();
    hover(-1, true);
}

} // namespace orrery
