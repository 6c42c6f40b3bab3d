// SPDX-License-Identifier: Apache-2.0
// What belongs to points: links between them and pictures beside them.
#include "widgets/scatter/internal/label_placement.h"
#include "widgets/scatter/internal/overlay_paint.h"
#include "widgets/theme/theme.h"

#include <algorithm>

namespace orrery {

namespace {

constexpr double kThumbnail = 44;
constexpr double kRoomForOne = 120; ///< pixels, squared: of the view for each point, or there are no pictures

} // namespace

QPen linkPen(ScatterLink::Kind kind, double width)
{
    // Three kinds, three patterns: the colour is not alone.
    const Theme &theme = Theme::instance();
    switch (kind) {
    case ScatterLink::Kind::Kept:
        return QPen(theme.colours().text, width);
    case ScatterLink::Kind::Missing:
        return QPen(theme.classColour(5), width * 1.3, Qt::DashLine);
    case ScatterLink::Kind::False:
        return QPen(theme.classColour(6), width * 1.6, Qt::DotLine, Qt::RoundCap);
    }
    return {};
}

void paintLinks(QPainter &painter, const OverlayContent &content)
{
    const Theme &theme = Theme::instance();
    QColor rim = theme.colours().surface;
    rim.setAlphaF(0.6f);
    for (const ScatterLink &link : content.links) {
        const auto count = content.scene->count();
        if (link.from < 0 || link.to < 0 || link.from >= count || link.to >= count)
            continue;
        const QLineF line(content.camera.toWidget(content.scene->at(link.from)),
                          content.camera.toWidget(content.scene->at(link.to)));
        painter.setPen(QPen(rim, theme.px(3.5)));
        painter.drawLine(line);
        painter.setPen(linkPen(link.kind, theme.px(1.25)));
        painter.drawLine(line);
    }
}

void paintThumbnails(QPainter &painter, const OverlayContent &content, QList<QRectF> &taken)
{
    const auto &grid = content.scene->grid();
    if (!content.thumbnails || !content.thumbnails->hasSource() || !grid)
        return;
    const Theme &theme = Theme::instance();
    const QSizeF size = content.camera.size();
    const double room = theme.px(kRoomForOne);
    const auto most = std::min<std::int64_t>(kMostThumbnails,
                                             static_cast<std::int64_t>(size.width() * size.height() / room / room));
    const QRectF seen = content.camera.visible();
    std::vector<std::int64_t> rows;
    if (grid->countIn(seen) > 8 * most) // more than that are in these cells' corners never
        return;
    grid->visit(seen, [&](std::uint32_t row) {
        if (seen.contains(content.scene->at(row)))
            rows.push_back(row);
        return static_cast<std::int64_t>(rows.size()) <= most;
    });
    if (static_cast<std::int64_t>(rows.size()) > most)
        return;
    std::sort(rows.begin(), rows.end());
    const double side = theme.px(kThumbnail), dot = 2 * content.style.radius / content.dpr;
    std::vector<LabelWish> wishes;
    QList<QRectF> obstacles = taken;
    for (const std::int64_t row : rows) {
        const QPointF at = content.camera.toWidget(content.scene->at(row));
        wishes.push_back({at, {side, side}, dot / 2 + theme.px(5), false});
        obstacles.append(QRectF(at.x() - dot / 2, at.y() - dot / 2, dot, dot));
    }
    const auto places = placeLabels(wishes, QRectF(QPointF(), size), obstacles);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!places[i])
            continue;
        const QPixmap picture = content.thumbnails->get(rows[i], static_cast<int>(side), content.dpr);
        if (picture.isNull())
            continue;
        const QSizeF shown = QSizeF(picture.size()) / picture.devicePixelRatio();
        const QPointF corner(places[i]->center().x() - shown.width() / 2, places[i]->center().y() - shown.height() / 2);
        painter.drawPixmap(corner, picture);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.colours().line, 1));
        painter.drawRect(QRectF(corner, shown).adjusted(-0.5, -0.5, 0.5, 0.5));
        taken.append(*places[i]);
    }
}

} // namespace orrery
