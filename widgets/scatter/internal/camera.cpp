// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/camera.h"

#include <algorithm>
#include <cmath>

namespace orrery {

QPointF Camera::toWidget(const QPointF &onMap) const
{
    return {(onMap.x() - m_centre.x()) * m_scale + m_size.width() / 2,
            (m_centre.y() - onMap.y()) * m_scale + m_size.height() / 2};
}

QPointF Camera::toMap(const QPointF &inWidget) const
{
    return {(inWidget.x() - m_size.width() / 2) / m_scale + m_centre.x(),
            m_centre.y() - (inWidget.y() - m_size.height() / 2) / m_scale};
}

QRectF Camera::visible() const
{
    const double width = m_size.width() / m_scale, height = m_size.height() / m_scale;
    return {m_centre.x() - width / 2, m_centre.y() - height / 2, width, height};
}

void Camera::fit(const QRectF &onMap, double margin)
{
    if (m_size.isEmpty())
        return;
    // Points that are all alike still want a scale.
    const double extent = std::max({onMap.width(), onMap.height(), 1e-6 * std::hypot(onMap.x(), onMap.y()), 1e-12});
    const double width = std::max(onMap.width(), extent * 1e-3), height = std::max(onMap.height(), extent * 1e-3);
    m_centre = onMap.center();
    m_scale = std::min(std::max(m_size.width() - 2 * margin, 8.0) / width,
                       std::max(m_size.height() - 2 * margin, 8.0) / height);
}

void Camera::zoomAbout(const QPointF &inWidget, double factor)
{
    const QPointF kept = toMap(inWidget);
    m_scale = std::clamp(m_scale * factor, m_smallest, m_largest);
    m_centre += kept - toMap(inWidget);
}

void Camera::pan(const QPointF &pixels)
{
    m_centre += QPointF(-pixels.x(), pixels.y()) / m_scale;
}

Camera Camera::between(const Camera &from, const Camera &to, double t)
{
    if (t >= 1)
        return to;
    Camera camera = to;
    camera.m_scale = from.m_scale * std::pow(to.m_scale / from.m_scale, t);
    // The centre moves so that what both see grows about one point; of equal scales, in a straight line.
    const double moved = std::fabs(to.m_scale / from.m_scale - 1) < 1e-6
                             ? t
                             : (1 / from.m_scale - 1 / camera.m_scale) / (1 / from.m_scale - 1 / to.m_scale);
    camera.m_centre = from.m_centre + (to.m_centre - from.m_centre) * moved;
    return camera;
}

void Camera::setScaleRange(double smallest, double largest)
{
    m_smallest = smallest;
    m_largest = std::max(largest, smallest);
}

} // namespace orrery
