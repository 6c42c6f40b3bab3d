// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QImage>
#include <QList>
#include <QPointF>
#include <QStringList>
#include <QWidget>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace orrery {

/// Positions of points in the plane, x and y of one after the other: [N, 2]. Shared, never copied: a million of them
/// come ten times a second.
using ScatterPositions = std::shared_ptr<const std::vector<float>>;

/// What colour says about the points.
struct ScatterColouring
{
    enum class Kind
    {
        None,    ///< all alike
        Classes, ///< `classes` and `names`: Okabe–Ito, shapes from the eighth on, grey "other" beyond 15
        Values,  ///< `values`: cividis, from `smallest` to `largest`
        Tint,    ///< `values` in [0, 1]: how strongly the accent shows
    };
    Kind kind = Kind::None;
    QString title;                     ///< of the legend: "Colour by name", "Correlation of distances"
    std::vector<std::int32_t> classes; ///< [N]; −1: none
    QStringList names;                 ///< of classes
    std::vector<float> values;         ///< [N]; NaN: none, drawn muted
    double smallest = 0, largest = 1;
};

/// Something with words or a picture beside the points: a typed prompt, a drawing just placed, the name of a cluster.
struct ScatterMark
{
    enum class Kind
    {
        Cluster, ///< small words among the points; those that would overlap stay away until there is room
        Prompt,  ///< words of the user, with a pin
        Guest,   ///< a point that is not of the map: a drawing that was placed; `image` when it has one
    };
    Kind kind = Kind::Prompt;
    QString text;
    QPointF position; ///< on the map
    QImage image;
};

/// A line from one point to another: a neighbour that the map kept, lost, or made up.
struct ScatterLink
{
    enum class Kind
    {
        Kept,
        Missing, ///< near in the data, far on the map
        False,   ///< near on the map, far in the data
    };
    Kind kind = Kind::Kept;
    std::int64_t from = 0, to = 0; ///< rows
};

/// A number that can be changed while the optimiser runs, as a slider upon the points.
struct ScatterKnob
{
    QString id, label;
    double smallest = 0, largest = 1, value = 0;
    bool logarithmic = false, whole = false;
};

/// A map of points: pan, zoom, lasso, box, hover, legend. OpenGL; where there is none (or ORRERY_NO_OPENGL is set), the
/// same picture by QPainter. While the view moves, a density texture of all points and at most kDrawnMoving singly; at
/// rest all of them. Thread: interface.
class ScatterView : public QWidget
{
    Q_OBJECT

public:
    static constexpr std::int64_t kDrawnMoving = 100'000;
    enum class Tool
    {
        Pan,   ///< drag moves; Shift drags a box
        Lasso, ///< drag draws around points
        Box,
    };

    explicit ScatterView(QWidget *parent = nullptr);
    ~ScatterView() override;

    /// Another number of points forgets colouring, links and selection and fits the view. The same number moves the
    /// points there, over `motionMs` (0: at once), without touching the view unless it was never moved by hand.
    void setPositions(ScatterPositions positions, int motionMs = 0);
    ScatterPositions positions() const;
    std::int64_t count() const;

    void setColouring(ScatterColouring colouring);
    const ScatterColouring &colouring() const;
    void setLegendShown(bool shown);
    /// Pictures for hovering, and beside the points when few enough are in view. Null images are left out.
    void setThumbnails(std::function<QImage(std::int64_t row)> thumbnail);
    void setNames(std::function<QString(std::int64_t row)> name); ///< for hovering and for screen readers
    void setMarks(QList<ScatterMark> marks);
    void setLinks(QList<ScatterLink> links);
    /// Sliders, by Dear ImGui, in a corner of the view; empty: none.
    void setKnobs(QList<ScatterKnob> knobs);
    /// A line at the top left, "Iteration 312 of 750"; empty: none.
    void setStatus(const QString &status);
    /// Old points, dimmed, while new ones are made.
    void setStale(bool stale);

    void setSelection(const std::vector<std::int64_t> &rows, std::int64_t current = -1);
    const std::vector<std::int64_t> &selection() const;
    std::int64_t current() const; ///< the one that arrow keys move from; −1: none

    void setTool(Tool tool);
    Tool tool() const;
    void fit(); ///< all points in view
    /// These points in view, and kept there while positions change, until the view is moved by hand.
    void lookAt(const std::vector<std::int64_t> &rows, int motionMs);
    QRectF visibleRegion() const;                 ///< of the map
    QPointF toWidget(const QPointF &onMap) const; ///< pixels of the widget
    QPointF toMap(const QPointF &inWidget) const;
    /// Another view that pans, zooms, hovers and selects along with this one; for comparing two maps of the same
    /// points.
    void setCompanion(ScatterView *other);

    /// The picture as it is, with legend, at a size of one's own. Never from within painting.
    QImage render(const QSize &size);
    bool usesOpenGl() const;
    /// Whether what is on screen holds every point singly: the view rests and has been filled.
    bool complete() const;
    std::int64_t pointsDrawnSingly() const; ///< at the moment: at most kDrawnMoving while it moves

Q_SIGNALS:
    void selectionMade(const std::vector<std::int64_t> &rows, std::int64_t current); ///< by the user
    void hovered(std::int64_t row);                                                  ///< −1: none
    void activated(std::int64_t row);                                                ///< double click, Return
    void knobChanged(const QString &id, double value);
    void knobReleased(const QString &id, double value);
    void presented(); ///< a frame of the points is on screen

protected:
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace orrery
