// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/point_scene.h"
#include "widgets/scatter/internal/thumbnail_cache.h"

#include <QPolygonF>
#include <QWidget>

namespace orrery {

/// What lies upon the points, as it is at the moment.
struct OverlayContent
{
    Camera camera;
    double dpr = 1;
    const PointScene *scene = nullptr;
    const ScatterColouring *colouring = nullptr;
    PointStyle style; ///< of the points, in pixels of the device
    QList<ScatterMark> marks;
    QList<QPointF> places; ///< [marks] on the map: where guests are on their way
    QList<ScatterLink> links;
    QString status;
    bool stale = false;
    std::int64_t current = -1, hovered = -1;
    ThumbnailCache *thumbnails = nullptr;
    std::function<QString(std::int64_t)> name;
    QPolygonF lasso;         ///< in the widget; empty: none
    QList<QRectF> obstacles; ///< legend and sliders
};

constexpr int kMostThumbnails = 60; ///< beside points; of more in view none is shown

/// Links, thumbnails, marks, status, the lasso, the current point's outline and the card of the hovered one.
void paintOverlay(QPainter &painter, const OverlayContent &content);

/// The widget that paints it: above the points, below legend and sliders.
class ScatterOverlay final : public QWidget
{
public:
    ScatterOverlay(QWidget *parent, std::function<OverlayContent()> content)
        : QWidget(parent), m_content(std::move(content))
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setAttribute(Qt::WA_NoSystemBackground);
        setFocusPolicy(Qt::NoFocus);
    }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::function<OverlayContent()> m_content;
};

} // namespace orrery
