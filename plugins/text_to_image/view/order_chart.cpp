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
constexpr double kLines = 92; // between the two rows
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

double OrderChart::side() const
{
    const Theme &theme = Theme::instance();
    const double count = std::max<double>(1, double(m_own.size()));
    const double wide = (width() - 8 + kGap) / count - kGap;
    const double high = (height() - theme.px(kLines) - theme.px(52)) / 2;
    // Whole multiples of 64 where there is room.
    const double most = std::max(16.0, std::min(wide, high));
    return most >= 64 ? 64 * std::floor(most / 64) : most;
}

QRectF OrderChart::place(int position) const
{
    return {4 + position * (side() + kGap), double(Theme::instance().px(24)), side(), side()};
}

QRectF OrderChart::otherPlace(int position) const
{
    QRectF rect = place(position);
    rect.moveTop(rect.bottom() + Theme::instance().px(kLines));
    return rect;
}

int OrderChart::positionAt(QPointF point) const
{
    for (int i = 0; i < m_own.size(); ++i)
        if (place(i).adjusted(-kGap / 2, 0, kGap / 2, 0).contains(point))
            return i;
    return -1;
}

void OrderChart::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, side() < 64);
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
            if (side() >= 44)
                Theme::drawFigures(painter, otherPlace(i).adjusted(0, side() + 2, 0, theme.px(20)),
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
    const int to = std::clamp(int((event->position().x() - 4) / (side() + kGap)), 0, int(m_own.size()) - 1);
    move(m_dragged, to);
    m_dragged = to;
}

void OrderChart::mouseReleaseEvent(QMouseEvent *)
{
    if (std::exchange(m_dragged, -1) >= 0)
        Q_EMIT reordered(m_own);
    update();
}

void OrderChart::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
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
