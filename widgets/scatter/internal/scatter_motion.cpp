// SPDX-License-Identifier: Apache-2.0
// How the view moves: the one timer that ticks while something does, the camera's glides, points on their way, and the
// slices in which a resting view is completed.
#include "widgets/scatter/internal/scatter_legend.h"
#include "widgets/scatter/internal/scatter_private.h"
#include "widgets/theme/theme.h"

#include <QEasingCurve>

#include <algorithm>
#include <cmath>

namespace orrery {

namespace {

constexpr int kTickMs = 8;
constexpr double kWorkMs = 12;        ///< of a tick while a resting view fills
constexpr int kShowMs = 120;          ///< how often it is shown meanwhile
constexpr double kFitMargin = 32;     ///< pixels around all points
constexpr double kBesideLegend = 0.6; ///< of the scale that fits is given up for a place beside the legend
constexpr double kFarthestIn = 4e6;   ///< pixels that the map's width may have: what single precision can tell apart

double eased(const QElapsedTimer &clock, int ms)
{
    static const QEasingCurve curve(QEasingCurve::OutCubic);
    return ms <= 0 ? 1 : curve.valueForProgress(std::min(1.0, double(clock.elapsed()) / ms));
}

} // namespace

void ScatterView::Private::wake()
{
    if (!ticker.isActive())
        ticker.start(kTickMs);
}

bool ScatterView::Private::moving() const
{
    return glide || tween || dragging == Drag::Pan;
}

void ScatterView::Private::tick()
{
    if (!view->isVisible()) {
        ticker.stop();
        return;
    }
    if (tween || glide) {
        if (tween) {
            const double done = std::min(1.0, double(tween->clock.elapsed()) / std::max(1, tween->ms));
            scene.setBlend(static_cast<float>(done));
            if (!movedByHand && !glide) {
                const auto between = [done](double a, double b) { return a + (b - a) * done; };
                const QRectF &a = tween->boundsFrom, &b = tween->boundsTo;
                camera = fitted(QRectF(between(a.left(), b.left()), between(a.top(), b.top()),
                                       between(a.width(), b.width()), between(a.height(), b.height())));
            }
            if (done >= 1)
                tween.reset();
        }
        if (glide) {
            const double done = eased(glide->clock, glide->ms);
            Camera now = Camera::between(glide->from, glide->to, done);
            now.setSize(camera.size());
            camera = now;
            if (done >= 1)
                glide.reset();
        }
        sinceMoved.restart();
        cameraMoved(false);
        return;
    }
    for (auto arrival = arrivals.begin(); arrival != arrivals.end();)
        arrival = arrival->clock.elapsed() >= arrival->ms ? arrivals.erase(arrival) : std::next(arrival);
    if (!arrivals.isEmpty())
        refreshOver();
    if (!resting())
        return;
    const PointFrame now = frame();
    if (scene.complete(now)) {
        // Also of a place that the view came back to, which is kept from before.
        if (!shownComplete && scene.count() > 0)
            surface->widget()->update();
    } else {
        bool more = false;
        const bool worked = surface->work([&](PointPainter &painter) { more = scene.advance(painter, now, kWorkMs); });
        // Until it holds more than the sample that is on screen there is nothing new to show.
        const bool worthwhile = scene.kept() > scene.drawnSingly() && sinceShown.elapsed() >= kShowMs;
        if (worked && (!more || worthwhile)) {
            sinceShown.restart();
            surface->widget()->update();
        }
        if (more)
            return;
    }
    if (arrivals.isEmpty()) {
        ticker.stop();
        refreshOver(); // what was left out while moving
    }
}

void ScatterView::Private::cameraMoved(bool byHand)
{
    movedByHand = movedByHand || byHand;
    sinceMoved.restart();
    refresh();
    askWorker();
    wake();
    if (byHand || glide)
        mirrorCamera();
}

void ScatterView::Private::glideTo(const Camera &target, int ms)
{
    glide.reset();
    if (ms <= 0 || camera.scale() <= 0 || !view->isVisible()) {
        camera = target;
    } else {
        glide = Glide{.from = camera, .to = target, .ms = ms};
        glide->clock.start();
    }
    cameraMoved(false);
    mirrorCamera();
}

void ScatterView::Private::stopGlide()
{
    glide.reset();
}

QRectF ScatterView::Private::inView(const std::vector<float> &positions, const QRectF &all) const
{
    std::vector<float> points;
    for (const std::int64_t row : lookedAt)
        if (row >= 0 && 2 * row + 1 < std::int64_t(positions.size()))
            points.insert(points.end(), {positions[std::size_t(2 * row)], positions[std::size_t(2 * row + 1)]});
    const QRectF box = boundsOf(points);
    if (box.isNull())
        return all;
    // A point alone, or few close together, keep something around them.
    const double least = std::max(all.width(), all.height()) / 20;
    if (box.width() >= least || box.height() >= least)
        return box;
    return {box.center() - QPointF(least / 2, least / 2), QSizeF(least, least)};
}

Camera ScatterView::Private::fitted(const QRectF &bounds) const
{
    const double margin = Theme::instance().px(kFitMargin);
    Camera target = camera;
    target.fit(bounds, margin);
    if (!legend->isVisibleTo(view))
        return target;
    // Beside the legend, where that costs little.
    Camera beside = camera;
    const double taken = legend->width();
    beside.setSize(QSizeF(std::max(1.0, camera.size().width() - taken), camera.size().height()));
    beside.fit(bounds, margin);
    if (beside.scale() < kBesideLegend * target.scale())
        return target;
    beside.setSize(camera.size());
    beside.setCentre(beside.centre() + QPointF(taken / 2 / beside.scale(), 0));
    return beside;
}

void ScatterView::Private::limitScale()
{
    const QRectF bounds = scene.bounds();
    if (bounds.isNull())
        return;
    Camera all = camera;
    all.fit(bounds, 0);
    camera.setScaleRange(all.scale() / 10, kFarthestIn / std::max(bounds.width(), bounds.height()));
}

void ScatterView::Private::movePoints(ScatterPositions to, int ms)
{
    ScatterPositions from = scene.positions();
    const QRectF boundsFrom = inView(*from, scene.bounds());
    if (scene.blend() < 1) {
        // On their way still: they go on from where they are.
        auto now = std::make_shared<std::vector<float>>(from->size());
        const float *a = scene.from()->data(), *b = from->data(), t = scene.blend();
        for (std::size_t i = 0; i < now->size(); ++i)
            (*now)[i] = a[i] + (b[i] - a[i]) * t;
        from = std::move(now);
    }
    scene.setPositions(from, to);
    const QRectF boundsTo = inView(*to, scene.bounds());
    if (ms > 0 && Theme::instance().motion() && view->isVisible()) {
        scene.setBlend(0);
        tween =
            Tween{.boundsFrom = tween ? inView(*from, boundsOf(*from)) : boundsFrom, .boundsTo = boundsTo, .ms = ms};
        tween->clock.start();
    } else {
        scene.setBlend(1);
        tween.reset();
        if (!movedByHand)
            camera = fitted(boundsTo);
    }
    limitScale();
}

void ScatterView::Private::mirrorCamera()
{
    if (companion && !following && companion->d)
        companion->d->followCamera(*this);
}

void ScatterView::Private::followCamera(const Private &leader)
{
    // Two maps need not have the same units: the same part of each is shown.
    const QRectF theirs = leader.scene.bounds(), ours = scene.bounds();
    if (theirs.isNull() || ours.isNull() || camera.size().isEmpty() || leader.camera.size().isEmpty())
        return;
    Camera theirFit = leader.camera, ourFit = camera;
    theirFit.fit(theirs, Theme::instance().px(kFitMargin));
    ourFit.fit(ours, Theme::instance().px(kFitMargin));
    const double zoom = leader.camera.scale() / theirFit.scale();
    const QPointF offset = (leader.camera.centre() - theirFit.centre()) * theirFit.scale();
    following = true;
    stopGlide();
    camera.setScale(ourFit.scale() * zoom);
    camera.setCentre(ourFit.centre() + offset / ourFit.scale());
    movedByHand = leader.movedByHand;
    lookedAt = leader.lookedAt; // of the same collection
    cameraMoved(false);
    following = false;
}

} // namespace orrery
