// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/point_scene.h"
#include "widgets/scatter/internal/scatter_overlay.h"
#include "widgets/scatter/internal/scatter_surface.h"
#include "widgets/scatter/scatter_view.h"

#include <QBasicTimer>
#include <QElapsedTimer>
#include <QPointer>
#include <QPolygonF>
#include <QTimer>

class QGestureEvent;
class QHoverEvent;
class QKeyEvent;
class QMouseEvent;
class QWheelEvent;

namespace orrery {

class ScatterKnobs;
class ScatterLegend;
class ScatterWorker;

/// What a view is made of. Input is in scatter_input.cpp, movement in scatter_motion.cpp, what lies upon the points in
/// scatter_overlay.cpp. Thread: interface.
class ScatterView::Private
{
public:
    explicit Private(ScatterView *view);
    ~Private();

    // --- surface and worker
    void makeSurface(bool openGl);
    PointFrame frame() const { return frameFor(camera, view->devicePixelRatioF()); }
    PointFrame frameFor(const Camera &camera, double dpr) const;
    void refresh(); ///< points have to be drawn again
    void refreshOver();
    void restyle(); ///< another theme, another size of type
    void arrange(); ///< places of surface, overlay, legend, knobs
    QSize legendArea() const;
    bool picturesInView() const; ///< or may be
    void recolour();
    void askWorker();
    void nameIt(); ///< for screen readers

    // --- content
    void newPoints(ScatterPositions positions);
    void newMarks(QList<ScatterMark> list);
    OverlayContent overlayContent(const Camera &seen, double dpr);
    QImage render(const QSize &size);

    // --- movement
    void wake();
    void tick();
    bool moving() const;
    bool resting() const { return !moving() && sinceMoved.elapsed() >= kSettleMs; }
    void cameraMoved(bool byHand);
    void glideTo(const Camera &target, int ms);
    void stopGlide();
    /// What is kept in view: `lookedAt`, or all.    @param positions  [N, 2]    @param all  their bounds
    QRectF inView(const std::vector<float> &positions, const QRectF &all) const;
    Camera fitted(const QRectF &bounds) const;
    void movePoints(ScatterPositions to, int ms);
    void limitScale();

    // --- input
    void press(QMouseEvent *event);
    void drag(QMouseEvent *event);
    void release(QMouseEvent *event);
    void doubleClick(QMouseEvent *event);
    void wheel(QWheelEvent *event);
    bool gesture(QGestureEvent *event);
    bool key(QKeyEvent *event);
    void leave();
    void cancelDrag();
    std::int64_t pick(const QPointF &inWidget, double withinPixels) const;
    void hover(std::int64_t row, bool tell);
    void select(std::vector<std::int64_t> rows, std::int64_t current);
    /// Replaces, adds (Shift) or toggles (Ctrl).
    void combine(const std::vector<std::int64_t> &rows, Qt::KeyboardModifiers modifiers);
    void walk(const QPointF &direction, bool extend);
    void zoom(const QPointF &about, double factor, int ms);
    bool isSelected(std::int64_t row) const;
    QPolygonF lassoOnMap() const;
    void updateCursor();

    // --- companion
    void mirrorCamera();
    void followCamera(const Private &leader);

    static constexpr int kSettleMs = 120; ///< after this without a movement the view rests

    ScatterView *view;
    ScatterSurface *surface = nullptr;
    ScatterOverlay *overlay = nullptr;
    ScatterLegend *legend = nullptr;
    ScatterKnobs *knobs = nullptr;
    std::shared_ptr<ScatterWorker> worker;
    PointScene scene;
    Camera camera;
    bool shownComplete = false; ///< by the last painting
    bool movedByHand = false, fittedOnce = false;
    std::vector<std::int64_t> lookedAt; ///< kept in view until it is moved by hand; empty: all points

    ScatterColouring colouring;
    int isolated = -1;
    QSize arrangedLegend;    ///< that the camera was fitted beside
    bool focusShown = false; ///< the keyboard came here, not the pointer
    bool legendShown = true, stale = false;
    QString status;
    ThumbnailCache thumbnails;
    std::function<QString(std::int64_t)> name;
    QList<ScatterMark> marks;
    QList<ScatterLink> links;

    std::vector<std::int64_t> selection; ///< ascending
    std::int64_t current = -1, hoveredRow = -1;
    ScatterView::Tool tool = Tool::Pan;
    QPointer<ScatterView> companion;
    bool following = false;

    // what moves
    QTimer ticker;
    QElapsedTimer sinceMoved, sinceShown, sincePaint;
    struct Glide
    {
        Camera from, to;
        QElapsedTimer clock;
        int ms = 0;
    };
    bool overMoved = false; ///< something upon the points moves with them
    std::optional<Glide> glide;
    struct Tween
    {
        QRectF boundsFrom, boundsTo;
        QElapsedTimer clock;
        int ms = 0;
    };
    std::optional<Tween> tween;
    struct Arrival ///< of a guest
    {
        QPointF from;
        QElapsedTimer clock;
        int ms = 0;
    };
    QHash<int, Arrival> arrivals; ///< by index in marks

    // the drag that goes on
    enum class Drag
    {
        None,
        Press, ///< not yet farther than a click
        Pan,
        Lasso,
        Box,
        Knobs,
    };
    Drag dragging = Drag::None;
    QPointF dragStart, dragLast;
    QPolygonF lasso; ///< in the widget
    double pinchScale = 1;

    // what the worker made and was asked for
    bool gridStale = false, densityStale = false, working = false;
    double densityScale = 0;
    QRectF densityRegion;
};

} // namespace orrery
