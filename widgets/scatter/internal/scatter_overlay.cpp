// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/scatter_overlay.h"

#include "widgets/scatter/internal/overlay_paint.h"
#include "widgets/theme/theme.h"

#include <QPainterPath>

namespace orrery {

namespace {

void paintStatus(QPainter &painter, const OverlayContent &content, QList<QRectF> &taken)
{
    if (content.status.isEmpty())
        return;
    const Theme &theme = Theme::instance();
    painter.setFont(theme.font(TextRole::Caption));
    const QFontMetricsF metrics(painter.font());
    const double pad = theme.px(8), gap = theme.px(12);
    const double width = std::min(Theme::figuresWidth(painter.font(), content.status) + 2 * pad,
                                  content.camera.size().width() - 2 * gap);
    const QRectF box(gap, gap, width, metrics.height() + theme.px(8));
    QColor ground = theme.colours().surface;
    ground.setAlphaF(0.9f);
    painter.setPen(QPen(theme.colours().line, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setPen(theme.colours().text);
    Theme::drawFigures(painter, box.adjusted(pad, 0, -pad, 0), Qt::AlignLeft, content.status);
    taken.append(box);
}

void paintOutline(QPainter &painter, const OverlayContent &content, std::int64_t row, double width)
{
    if (row < 0 || row >= content.scene->count())
        return;
    const Theme &theme = Theme::instance();
    const QPointF at = content.camera.toWidget(content.scene->at(row));
    const double radius = content.style.radius / content.dpr + theme.px(4);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.colours().surface, width + 2));
    painter.drawEllipse(at, radius, radius);
    painter.setPen(QPen(theme.colours().accent, width));
    painter.drawEllipse(at, radius, radius);
}

void paintLasso(QPainter &painter, const OverlayContent &content)
{
    if (content.lasso.size() < 2)
        return;
    const Theme &theme = Theme::instance();
    QColor fill = theme.colours().accent;
    fill.setAlphaF(0.12f);
    painter.setBrush(fill);
    painter.setPen(QPen(theme.colours().accent, theme.px(1.5)));
    painter.drawPolygon(content.lasso);
}

} // namespace

void drawRimmedText(QPainter &painter, const QPointF &baseline, const QString &text, const QColor &colour)
{
    const Theme &theme = Theme::instance();
    QPainterPath path;
    path.addText(baseline, painter.font(), text);
    QColor rim = theme.colours().surface;
    rim.setAlphaF(0.85f);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(rim, theme.px(3.5), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(path);
    painter.setPen(colour);
    painter.drawText(baseline, text);
}

void paintOverlay(QPainter &painter, const OverlayContent &content)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    QList<QRectF> taken = content.obstacles;
    painter.setOpacity(content.stale ? 0.45 : 1);
    if (content.scene->count() > 0) {
        paintLinks(painter, content);
        paintThumbnails(painter, content, taken);
    }
    painter.setOpacity(1);
    paintStatus(painter, content, taken);
    paintOutline(painter, content, content.current, Theme::instance().px(2.5));
    paintMarks(painter, content, taken);
    paintLasso(painter, content);
    if (content.hovered >= 0 && content.hovered < content.scene->count()) {
        paintOutline(painter, content, content.hovered, Theme::instance().px(1.5));
        paintHoverCard(painter, content);
    }
}

namespace {

void paintFocus(QPainter &painter, const QSizeF &size)
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(Theme::instance().colours().accent, 2));
    painter.drawRoundedRect(QRectF(QPointF(), size).adjusted(1, 1, -1, -1), 6, 6);
}

} // namespace

void ScatterOverlay::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const OverlayContent content = m_content();
    paintOverlay(painter, content);
    if (content.focused)
        paintFocus(painter, content.camera.size());
}

} // namespace orrery
