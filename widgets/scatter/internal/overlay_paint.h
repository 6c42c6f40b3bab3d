// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/scatter_overlay.h"

namespace orrery {

// The parts of paintOverlay(), each in a file of its own. `taken` collects what later parts must not cover.

void paintLinks(QPainter &painter, const OverlayContent &content);
/// How a link of this kind is drawn; also for the legend.
QPen linkPen(ScatterLink::Kind kind, double width);

/// Pictures beside the points, where few are in view.
void paintThumbnails(QPainter &painter, const OverlayContent &content, QList<QRectF> &taken);

void paintMarks(QPainter &painter, const OverlayContent &content, QList<QRectF> &taken);

/// Name, picture and fact of the hovered point, beside it.
void paintHoverCard(QPainter &painter, const OverlayContent &content);
/// What the colouring says about a point: "Kind: fox", "Correlation: 0.62"; empty: nothing.
QString factOf(const ScatterColouring &colouring, std::int64_t row);

/// Words that can be read upon points: with a rim of the ground's colour.
void drawRimmedText(QPainter &painter, const QPointF &baseline, const QString &text, const QColor &colour);

} // namespace orrery
