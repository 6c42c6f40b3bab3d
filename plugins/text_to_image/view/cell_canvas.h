// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QList>
#include <QWidget>

namespace orrery::text_to_image {

/// One picture, as large as whole multiples of its pixels allow, and cells upon it: the tokens it was written in, or
/// where a word was looked at. With cells the arrows walk them. A click holds a cell, so that the pointer can go
/// elsewhere without taking another along; Return or a double click chooses. Thread: interface.
class CellCanvas final : public QWidget
{
    Q_OBJECT

public:
    explicit CellCanvas(QWidget *parent = nullptr);

    void setPicture(const QImage &picture, const QString &name);
    const QImage &picture() const { return m_picture; }
    /// @param tints  laid over the cells, in reading order; fewer: the rest is bare
    void setCells(int columns, int rows, const QList<QColor> &tints);
    const QList<QColor> &tints() const { return m_tints; }
    /// Lines between the cells.
    void setLines(bool on);
    /// Cells from here on are told apart: they would be drawn anew. −1: none.
    void setFirstAnew(int cell);
    int currentCell() const { return m_current; }
    void setCurrentCell(int cell);
    /// The cell that a click holds; −1: none, and the one under the pointer is the current one.
    int heldCell() const { return m_held; }
    void letGo();
    QRectF pictureRect() const;
    QRectF cellRect(int cell) const;

    QSize sizeHint() const override { return {320, 320}; }

Q_SIGNALS:
    /// By pointer or keyboard.
    void cellPointed(int cell);
    void cellChosen(int cell);
    /// −1: let go.
    void cellHeld(int cell);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    int cellAt(QPointF point) const;
    void point(int cell);
    void hold(int cell);

    QImage m_picture;
    int m_columns = 0, m_rows = 0;
    QList<QColor> m_tints;
    bool m_lines = false;
    int m_firstAnew = -1;
    int m_current = -1;
    int m_held = -1; ///< m_current, or −1
};

} // namespace orrery::text_to_image
