// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/overlay_paint.h"
#include "widgets/theme/theme.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace orrery {

namespace {

constexpr double kPicture = 96;
constexpr double kMostText = 240;

QString tr(const char *text)
{
    return QCoreApplication::translate("orrery::ScatterView", text);
}

} // namespace

QString factOf(const ScatterColouring &colouring, std::int64_t row)
{
    const auto at = static_cast<std::size_t>(row);
    const QString title = colouring.title.isEmpty() ? QString() : tr("%1: ").arg(colouring.title);
    if (colouring.kind == ScatterColouring::Kind::Classes && at < colouring.classes.size()) {
        const std::int32_t which = colouring.classes[at];
        return which < 0 ? title + tr("none") : title + colouring.names.value(which, QString::number(which));
    }
    if ((colouring.kind == ScatterColouring::Kind::Values || colouring.kind == ScatterColouring::Kind::Tint) &&
        at < colouring.values.size()) {
        const float value = colouring.values[at];
        return title + (std::isnan(value) ? tr("none") : QLocale().toString(value, 'g', 3));
    }
    return {};
}

void paintHoverCard(QPainter &painter, const OverlayContent &content)
{
    const Theme &theme = Theme::instance();
    QFont nameFont = theme.font();
    nameFont.setWeight(QFont::DemiBold);
    const QFont factFont = theme.font(TextRole::Caption);
    const QFontMetricsF nameMetrics(nameFont), factMetrics(factFont);
    const double most = std::min<double>(theme.px(kMostText), content.camera.size().width() / 2), pad = theme.px(8);
    QString name = content.name ? content.name(content.hovered) : QString();
    if (name.isEmpty())
        name = tr("Point %1").arg(QLocale().toString(qlonglong(content.hovered + 1)));
    name = nameMetrics.elidedText(name, Qt::ElideRight, most);
    const QString fact = content.colouring
                             ? factMetrics.elidedText(factOf(*content.colouring, content.hovered), Qt::ElideRight, most)
                             : QString();
    QPixmap picture;
    if (content.thumbnails)
        picture = content.thumbnails->get(content.hovered, theme.px(kPicture), content.dpr);
    const QSizeF shown = picture.isNull() ? QSizeF() : QSizeF(picture.size()) / picture.devicePixelRatio();

    const double textWidth = std::max(nameMetrics.horizontalAdvance(name), factMetrics.horizontalAdvance(fact));
    const double textHeight = nameMetrics.height() + (fact.isEmpty() ? 0 : factMetrics.height() + theme.px(2));
    QSizeF size(std::max(textWidth, shown.width()) + 2 * pad,
                textHeight + 2 * pad + (picture.isNull() ? 0 : shown.height() + pad));
    // Beside the point, on the side that has room.
    const QPointF at = content.camera.toWidget(content.scene->at(content.hovered));
    const double gap = content.style.radius / content.dpr + theme.px(12);
    const QSizeF view = content.camera.size();
    QPointF corner(at.x() + gap, at.y() - size.height() / 2);
    const QRectF right(corner, size);
    const bool covered = std::any_of(content.obstacles.begin(), content.obstacles.end(),
                                     [&right](const QRectF &other) { return other.intersects(right); });
    if (right.right() > view.width() - 4 || (covered && at.x() - gap - size.width() > 4))
        corner.setX(at.x() - gap - size.width());
    corner.setX(std::clamp(corner.x(), 4.0, std::max(4.0, view.width() - size.width() - 4)));
    corner.setY(std::clamp(corner.y(), 4.0, std::max(4.0, view.height() - size.height() - 4)));
    const QRectF card(corner, size);

    painter.setPen(Qt::NoPen);
    QColor shade(0, 0, 0, theme.dark() ? 90 : 26);
    painter.setBrush(shade);
    painter.drawRoundedRect(card.translated(0, 2).adjusted(-1, -1, 1, 1), 7, 7);
    painter.setBrush(theme.colours().surface);
    painter.setPen(QPen(theme.colours().line, 1));
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    double y = card.top() + pad;
    if (!picture.isNull()) {
        painter.drawPixmap(QPointF(card.center().x() - shown.width() / 2, y), picture);
        y += shown.height() + pad;
    }
    painter.setFont(nameFont);
    painter.setPen(theme.colours().text);
    painter.drawText(QPointF(card.left() + pad, y + nameMetrics.ascent()), name);
    if (!fact.isEmpty()) {
        painter.setFont(factFont);
        painter.setPen(theme.colours().muted);
        painter.drawText(QPointF(card.left() + pad, y + nameMetrics.height() + theme.px(2) + factMetrics.ascent()),
                         fact);
    }
}

} // namespace orrery
