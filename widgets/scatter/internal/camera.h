// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

namespace orrery {

/// Where on the map a view looks. The map's y points up, the widget's down.
class Camera
{
public:
    QPointF toWidget(const QPointF &onMap) const;
    QPointF toMap(const QPointF &inWidget) const;
    /// What is in view; y is the smaller one, as in any QRectF.
    QRectF visible() const;

    /// The rectangle as large as it goes with `margin` pixels around it. Nothing happens while the view has no size.
    void fit(const QRectF &onMap, double margin);
    /// Larger by `factor`, with what lies under `inWidget` staying there.
    void zoomAbout(const QPointF &inWidget, double factor);
    void pan(const QPointF &pixels);
    /// Half-way between two cameras; scale changes by the same factor in every part of the way.
    static Camera between(const Camera &from, const Camera &to, double t);

    QSizeF size() const { return m_size; }
    /// Another size shows more or less around the same centre.
    void setSize(const QSizeF &size) { m_size = size; }
    QPointF centre() const { return m_centre; }
    void setCentre(const QPointF &centre) { m_centre = centre; }
    /// Pixels for a unit of the map.
    double scale() const { return m_scale; }
    void setScale(double scale) { m_scale = scale; }
    /// Scales that zooming stays within: a tenth of what fits, and as far in as single precision can tell points apart.
    void setScaleRange(double smallest, double largest);

    bool operator==(const Camera &) const = default;

private:
    QPointF m_centre;
    QSizeF m_size;
    double m_scale = 1, m_smallest = 0, m_largest = 1e30;
};

} // namespace orrery
