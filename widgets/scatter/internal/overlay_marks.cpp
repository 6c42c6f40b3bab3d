// SPDX-License-Identifier: Apache-2.0
// Words and pictures that stand beside the points: clusters, prompts with a pin, guests.
#include "widgets/scatter/internal/label_placement.h"
#include "widgets/scatter/internal/overlay_paint.h"
#include "widgets/theme/theme.h"

#include <QPainterPath>

#include <algorithm>
#include <numeric>

namespace orrery {

namespace {

constexpr double kGuest = 56;      ///< side of a guest's picture
constexpr double kMostWords = 180; ///< pixels of a label
constexpr double kPinHeight = 20;

QFont clusterFont()
{
    QFont font = Theme::instance().font(TextRole::Caption);
    font.setWeight(QFont::DemiBold);
    return font;
}

/// A pin whose point stands at `tip`.
void drawPin(QPainter &painter, const QPointF &tip, double height, const QColor &fill, const QColor &rim)
{
    const double r = height * 0.34;
    const QPointF head(tip.x(), tip.y() - height + r);
    QPainterPath path(tip);
    path.quadTo(QPointF(tip.x() - r * 0.35, tip.y() - height * 0.28), QPointF(head.x() - r, head.y() + r * 0.25));
    path.arcTo(QRectF(head.x() - r, head.y() - r, 2 * r, 2 * r), 195, -210);
    path.quadTo(QPointF(tip.x() + r * 0.35, tip.y() - height * 0.28), tip);
    painter.setPen(QPen(rim, 1.5));
    painter.setBrush(fill);
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(rim);
    painter.drawEllipse(head, r * 0.38, r * 0.38);
}

void drawPill(QPainter &painter, const QRectF &box, const QString &text, const QColor &border)
{
    const Colours &colours = Theme::instance().colours();
    QColor ground = colours.surface;
    ground.setAlphaF(0.94f);
    painter.setBrush(ground);
    painter.setPen(QPen(border, 1));
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setPen(colours.text);
    painter.drawText(box, Qt::AlignCenter, text);
}

} // namespace

void paintMarks(QPainter &painter, const OverlayContent &content, QList<QRectF> &taken)
{
    if (content.marks.isEmpty())
        return;
    const Theme &theme = Theme::instance();
    const QRectF all(QPointF(), content.camera.size());
    const QFont words = theme.font(TextRole::Caption);
    const QFontMetricsF wordMetrics(words), clusterMetrics(clusterFont());
    const double guest = theme.px(kGuest), pin = theme.px(kPinHeight), pad = theme.px(6);

    // What the user put there finds its place first; clusters take what is left, in the order given.
    std::vector<int> order(static_cast<std::size_t>(content.marks.size()));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return int(content.marks[a].kind != ScatterMark::Kind::Cluster) >
               int(content.marks[b].kind != ScatterMark::Kind::Cluster);
    });
    std::vector<LabelWish> wishes;
    QStringList texts;
    QList<QRectF> obstacles = taken;
    for (const int i : order) {
        const ScatterMark &mark = content.marks[i];
        const QPointF at = content.camera.toWidget(content.places.value(i, mark.position));
        const QFontMetricsF &metrics = mark.kind == ScatterMark::Kind::Cluster ? clusterMetrics : wordMetrics;
        texts.append(metrics.elidedText(mark.text, Qt::ElideRight, theme.px(kMostWords)));
        LabelWish wish{.anchor = at, .size = {metrics.horizontalAdvance(texts.back()), metrics.height()}};
        if (mark.kind != ScatterMark::Kind::Cluster) {
            wish.size += QSizeF(2 * pad, pad);
            wish.always = true;
            if (mark.kind == ScatterMark::Kind::Prompt) {
                wish.anchor.ry() -= pin * 0.66;
                wish.offset = pin * 0.34 + theme.px(3);
                obstacles.append(QRectF(at.x() - pin * 0.34, at.y() - pin, pin * 0.68, pin));
            } else {
                wish.offset = mark.image.isNull() ? theme.px(10) : guest / 2 + theme.px(10);
                const double half = mark.image.isNull() ? theme.px(8) : guest / 2;
                obstacles.append(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half));
            }
            if (mark.text.isEmpty())
                wish.always = false, wish.size = QSizeF(1, 1);
        }
        wishes.push_back(wish);
    }
    const auto places = placeLabels(wishes, all, obstacles);
    for (std::size_t k = order.size(); k-- > 0;) { // clusters below
        const ScatterMark &mark = content.marks[order[k]];
        const QPointF at = content.camera.toWidget(content.places.value(order[k], mark.position));
        switch (mark.kind) {
        case ScatterMark::Kind::Cluster:
            painter.setFont(clusterFont());
            if (places[k])
                drawRimmedText(painter, {places[k]->left(), places[k]->top() + clusterMetrics.ascent()},
                               texts[static_cast<int>(k)], theme.colours().text);
            break;
        case ScatterMark::Kind::Prompt:
            if (all.adjusted(-pin, -pin, pin, pin).contains(at))
                drawPin(painter, at, pin, theme.colours().accent, theme.colours().surface);
            break;
        case ScatterMark::Kind::Guest:
            if (const QPixmap picture = fitted(mark.image, static_cast<int>(guest), content.dpr); !picture.isNull()) {
                const QSizeF shown = QSizeF(picture.size()) / picture.devicePixelRatio();
                const QRectF box(at.x() - shown.width() / 2, at.y() - shown.height() / 2, shown.width(),
                                 shown.height());
                const double rim = theme.px(2);
                painter.setPen(Qt::NoPen);
                painter.setBrush(theme.colours().surface);
                painter.drawRoundedRect(box.adjusted(-2 * rim, -2 * rim, 2 * rim, 2 * rim), 6, 6);
                painter.drawPixmap(box.topLeft(), picture);
                painter.setBrush(Qt::NoBrush);
                painter.setPen(QPen(theme.colours().accent, rim));
                painter.drawRoundedRect(box.adjusted(-1.5 * rim, -1.5 * rim, 1.5 * rim, 1.5 * rim), 6, 6);
            } else {
                drawPoint(painter, at, theme.px(8), 3, theme.colours().accent, theme.colours().surface);
            }
            break;
        }
        if (mark.kind != ScatterMark::Kind::Cluster && places[k] && !mark.text.isEmpty()) {
            painter.setFont(words);
            drawPill(painter, *places[k], texts[static_cast<int>(k)], theme.colours().accent);
        }
    }
    for (const auto &place : places)
        if (place)
            taken.append(*place);
}

} // namespace orrery
