// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/order_chart.h"

#include "widgets/ranking/ranking.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace orrery::text_to_image {

namespace {
constexpr double kGap = 8;
constexpr int kMostTimes = 16;
constexpr double kHeading = 24;
constexpr double kLines = 92, kMostLines = 200; // between the two orders
constexpr double kWords = 52;                   // above the one order and below the other
} // namespace

OrderChart::OrderChart(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("orderChart"));
    setAccessibleName(tr("Your order, the best first"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumHeight(160);
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void OrderChart::setPictures(const QHash<int, QImage> &pictures, const QList<int> &own, const QList<int> &other,
                             const QHash<int, double> &scores)
{
    m_pictures = pictures;
    m_own = own;
    m_other = other;
    m_scores = scores;
    m_current = std::clamp(m_current, 0, std::max(0, int(own.size()) - 1));
    describe();
    update();
}

void OrderChart::setRevealed(bool revealed)
{
    m_revealed = revealed;
    update();
}

OrderChart::Grid OrderChart::grid() const
{
    const Theme &theme = Theme::instance();
    const double ratio = devicePixelRatioF();
    const int count = std::max(1, int(m_own.size()));
    const double wide = width() - 8 + kGap;
    const QImage any = m_pictures.isEmpty() ? QImage() : *m_pictures.constBegin();
    const double pixels = any.isNull() ? 64 : std::max(any.width(), any.height());
    for (int times = kMostTimes; times >= 1; --times) {
        const double side = pixels * times / ratio;
        const int most = std::clamp(int(wide / (side + kGap)), 0, count);
        if (most == 0)
            continue;
        const int rows = (count + most - 1) / most;
        const double high =
            m_revealed ? 2 * side + theme.px(kLines) + theme.px(kWords) : theme.px(kHeading) + rows * (side + kGap);
        // Lines can only join orders that stand in one row each.
        if (rows <= (m_revealed ? 1 : 2) && high <= height())
            return {side, (count + rows - 1) / rows};
    }
    const double high =
        m_revealed ? (height() - theme.px(kLines) - theme.px(kWords)) / 2 : height() - theme.px(kHeading) - kGap;
    return {std::max(16.0, std::min(wide / count - kGap, high)), count};
}

double OrderChart::lines() const
{
    const Theme &theme = Theme::instance();
    // What the pictures leave over: the steeper the lines, the better it is seen which of them cross.
    return std::clamp(height() - 2 * grid().side - theme.px(kWords), double(theme.px(kLines)),
                      double(theme.px(kMostLines)));
}

QRectF OrderChart::place(int position) const
{
    const auto [side, columns] = grid();
    return {4 + position % columns * (side + kGap), Theme::instance().px(kHeading) + position / columns * (side + kGap),
            side, side};
}

QRectF OrderChart::otherPlace(int position) const
{
    QRectF rect = place(position);
    rect.moveTop(rect.bottom() + lines());
    return rect;
}

int OrderChart::positionAt(QPointF point) const
{
    for (int i = 0; i < m_own.size(); ++i)
        if (place(i).adjusted(-kGap / 2, -kGap / 2, kGap / 2, kGap / 2).contains(point))
            return i;
    return -1;
}

void OrderChart::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double side = grid().side;
    const int pixels = m_pictures.isEmpty() ? 64 : m_pictures.constBegin()->width();
    painter.setRenderHint(QPainter::SmoothPixmapTransform, side * devicePixelRatioF() < pixels);
    painter.setFont(theme.font(TextRole::Caption));
    painter.setPen(colours.muted);
    painter.drawText(QRectF(4, 0, width(), theme.px(20)), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("Yours, the best first"));
    const auto drawPicture = [&](const QRectF &rect, int index) {
        painter.setPen(QPen(colours.line, 1));
        painter.setBrush(colours.surface);
        painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5));
        painter.drawImage(rect, m_pictures.value(index));
    };
    if (m_revealed)
        for (int i = 0; i < m_own.size(); ++i) {
            const int there = int(m_other.indexOf(m_own[i]));
            const bool same = there == i;
            painter.setPen(QPen(same ? colours.accent : colours.muted, same ? 2.5 : 1.5));
            painter.drawLine(QPointF(place(i).center().x(), place(i).bottom() + 4),
                             QPointF(otherPlace(there).center().x(), otherPlace(there).top() - theme.px(22)));
        }
    for (int i = 0; i < m_own.size(); ++i)
        drawPicture(place(i), m_own[i]);
    if (m_revealed) {
        for (int i = 0; i < m_other.size(); ++i) {
            drawPicture(otherPlace(i), m_other[i]);
            painter.setPen(colours.muted);
            if (side >= 44)
                Theme::drawFigures(painter, otherPlace(i).adjusted(0, side + 2, 0, theme.px(20)),
                                   Qt::AlignHCenter | Qt::AlignTop, cosineText(m_scores.value(m_other[i])));
        }
        painter.setPen(colours.muted);
        painter.drawText(QRectF(4, otherPlace(0).top() - theme.px(20), width(), theme.px(18)),
                         Qt::AlignLeft | Qt::AlignVCenter, tr("CLIP's, with its scores"));
    }
    if (!m_own.isEmpty()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(hasFocus() || m_dragged >= 0 ? colours.accent : colours.muted, 2));
        painter.drawRoundedRect(place(m_current).adjusted(-2, -2, 2, 2), 3, 3);
    }
}

void OrderChart::describe()
{
    setAccessibleDescription(m_own.isEmpty() ? tr("No pictures")
                                             : tr("Picture %1 at place %2 of %3; Shift and arrows move it")
                                                   .arg(m_own[m_current] + 1)
                                                   .arg(m_current + 1)
                                                   .arg(m_own.size()));
}

void OrderChart::move(int from, int to)
{
    if (from == to || to < 0 || to >= m_own.size())
        return;
    m_own.move(from, to);
    m_current = to;
    describe();
    update();
}

void OrderChart::mousePressEvent(QMouseEvent *event)
{
    const int position = event->button() == Qt::LeftButton ? positionAt(event->position()) : -1;
    if (position < 0)
        return;
    m_current = m_dragged = position;
    m_before = m_own;
    describe();
    update();
}

void OrderChart::mouseMoveEvent(QMouseEvent *event)
{
    setCursor(m_dragged >= 0                       ? Qt::ClosedHandCursor
              : positionAt(event->position()) >= 0 ? Qt::OpenHandCursor
                                                   : Qt::ArrowCursor);
    if (m_dragged < 0 || m_own.isEmpty())
        return;
    const auto [side, columns] = grid();
    const int column = std::clamp(int((event->position().x() - 4) / (side + kGap)), 0, columns - 1);
    const int row = std::max(0, int((event->position().y() - Theme::instance().px(kHeading)) / (side + kGap)));
    const int last = int(m_own.size()) - 1;
    const int to = std::min(std::min(row, last / columns) * columns + column, last);
    move(m_dragged, to);
    m_dragged = to;
}

void OrderChart::mouseReleaseEvent(QMouseEvent *)
{
    if (std::exchange(m_dragged, -1) >= 0 && m_own != m_before)
        Q_EMIT reordered(m_own);
    update();
}

void OrderChart::keyPressEvent(QKeyEvent *event)
{
    const int columns = grid().columns;
    const bool rows = columns < m_own.size();
    const int step = event->key() == Qt::Key_Left           ? -1
                     : event->key() == Qt::Key_Right        ? 1
                     : rows && event->key() == Qt::Key_Up   ? -columns
                     : rows && event->key() == Qt::Key_Down ? columns
                                                            : 0;
    if (step == 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int to = m_current + step;
    if (to < 0 || to >= m_own.size())
        return;
    if (event->modifiers() & Qt::ShiftModifier) {
        move(m_current, to);
        Q_EMIT reordered(m_own);
    } else {
        m_current = to;
        describe();
        update();
    }
}

void OrderChart::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void OrderChart::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace orrery::text_to_image
