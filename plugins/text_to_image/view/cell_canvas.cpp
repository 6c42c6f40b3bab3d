// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/cell_canvas.h"

#include "plugins/text_to_image/view/tile_layout.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace orrery::text_to_image {

CellCanvas::CellCanvas(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setMinimumSize(140, 140);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void CellCanvas::setPicture(const QImage &picture, const QString &name)
{
    m_picture = picture;
    setAccessibleName(name);
    update();
}

void CellCanvas::setCells(int columns, int rows, const QList<QColor> &tints)
{
    m_columns = columns;
    m_rows = rows;
    m_tints = tints;
    setFocusPolicy(columns > 0 ? Qt::StrongFocus : Qt::NoFocus);
    if (m_current >= columns * rows)
        m_current = m_held = -1;
    update();
}

void CellCanvas::setLines(bool on)
{
    m_lines = on;
    update();
}

void CellCanvas::setFirstAnew(int cell)
{
    m_firstAnew = cell;
    update();
}

void CellCanvas::setCurrentCell(int cell)
{
    m_current = cell;
    if (m_held >= 0)
        m_held = cell;
    update();
}

QRectF CellCanvas::pictureRect() const
{
    const QSize size = m_picture.isNull() ? QSize(64, 64) : m_picture.size();
    return sharpRect(size, QRectF(rect()).adjusted(3, 3, -3, -3), devicePixelRatioF());
}

QRectF CellCanvas::cellRect(int cell) const
{
    if (m_columns <= 0 || m_rows <= 0 || cell < 0)
        return {};
    const QRectF picture = pictureRect();
    const double width = picture.width() / m_columns, height = picture.height() / m_rows;
    return {picture.left() + cell % m_columns * width, picture.top() + cell / m_columns * height, width, height};
}

int CellCanvas::cellAt(QPointF point) const
{
    const QRectF picture = pictureRect();
    if (m_columns <= 0 || !picture.contains(point))
        return -1;
    const int column = std::min(m_columns - 1, int((point.x() - picture.left()) / picture.width() * m_columns));
    const int row = std::min(m_rows - 1, int((point.y() - picture.top()) / picture.height() * m_rows));
    return row * m_columns + column;
}

void CellCanvas::paintEvent(QPaintEvent *)
{
    const Colours &colours = Theme::instance().colours();
    QPainter painter(this);
    const QRectF picture = pictureRect();
    painter.setPen(QPen(colours.line, 1));
    painter.setBrush(colours.surface);
    painter.drawRect(picture.adjusted(-0.5, -0.5, 0.5, 0.5));
    if (!m_picture.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform, picture.width() < m_picture.width());
        painter.drawImage(picture, m_picture);
    }
    const int cells = m_columns * m_rows;
    for (int i = 0; i < std::min(cells, int(m_tints.size())); ++i)
        painter.fillRect(cellRect(i), m_tints[i]);
    if (m_firstAnew >= 0)
        for (int i = m_firstAnew; i < cells; ++i)
            painter.fillRect(cellRect(i),
                             QColor(colours.ground.red(), colours.ground.green(), colours.ground.blue(), 150));
    if (m_lines && cells > 0 && cellRect(0).width() >= 6) {
        painter.setPen(QPen(QColor(128, 128, 128, 90), 1));
        for (int x = 1; x < m_columns; ++x)
            painter.drawLine(QPointF(cellRect(x).left(), picture.top()), QPointF(cellRect(x).left(), picture.bottom()));
        for (int y = 1; y < m_rows; ++y)
            painter.drawLine(QPointF(picture.left(), cellRect(y * m_columns).top()),
                             QPointF(picture.right(), cellRect(y * m_columns).top()));
    }
    if (m_current >= 0 && m_current < cells) {
        const QRectF cell = cellRect(m_current);
        painter.setBrush(Qt::NoBrush);
        const int line = m_held >= 0 ? 4 : 2; // what is held is seen to be held
        painter.setPen(QPen(colours.surface, line + 2));
        painter.drawRect(cell);
        painter.setPen(QPen(colours.accent, line));
        painter.drawRect(cell);
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colours.accent, 2));
        painter.drawRoundedRect(picture.adjusted(-2, -2, 2, 2), 3, 3);
    }
}

void CellCanvas::point(int cell)
{
    if (cell == m_current || cell < 0)
        return;
    m_current = cell;
    if (m_held >= 0)
        m_held = cell; // by keys: it goes along, or the resting pointer would take it away again
    update();
    Q_EMIT cellPointed(cell);
}

void CellCanvas::hold(int cell)
{
    if (m_held == cell)
        return;
    m_held = cell;
    point(cell);
    update();
    Q_EMIT cellHeld(cell);
}

void CellCanvas::letGo()
{
    hold(-1);
}

void CellCanvas::mouseMoveEvent(QMouseEvent *event)
{
    const int cell = cellAt(event->position());
    setCursor(cell >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (m_held < 0)
        point(cell);
}

void CellCanvas::mousePressEvent(QMouseEvent *event)
{
    const int cell = cellAt(event->position());
    if (event->button() != Qt::LeftButton || cell < 0 || focusPolicy() == Qt::NoFocus) // there is nothing to choose
        return;
    hold(cell == m_held ? -1 : cell);
}

void CellCanvas::mouseDoubleClickEvent(QMouseEvent *event)
{
    const int cell = cellAt(event->position());
    if (event->button() != Qt::LeftButton || cell < 0 || focusPolicy() == Qt::NoFocus)
        return;
    hold(cell); // the first of the two clicks may have let it go
    Q_EMIT cellChosen(cell);
}

void CellCanvas::keyPressEvent(QKeyEvent *event)
{
    const int cells = m_columns * m_rows, column = m_columns > 0 && m_current >= 0 ? m_current % m_columns : 0;
    int to = m_current;
    if (event->key() == Qt::Key_Left)
        to = column > 0 ? m_current - 1 : m_current;
    else if (event->key() == Qt::Key_Right)
        to = m_current < 0 ? 0 : column + 1 < m_columns ? m_current + 1 : m_current;
    else if (event->key() == Qt::Key_Up)
        to = m_current - m_columns;
    else if (event->key() == Qt::Key_Down)
        to = m_current < 0 ? 0 : m_current + m_columns;
    else if (event->key() == Qt::Key_Home)
        to = 0;
    else if (event->key() == Qt::Key_End)
        to = cells - 1;
    else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_current >= 0) {
        Q_EMIT cellChosen(m_current);
        return;
    } else {
        QWidget::keyPressEvent(event);
        return;
    }
    if (to >= 0 && to < cells)
        point(to);
}

void CellCanvas::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void CellCanvas::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace orrery::text_to_image
