// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QImage>
#include <QList>
#include <QWidget>

namespace orrery::text_to_image {

/// Pictures in an order of one's own, the best first, and below in CLIP's; a line joins each with itself. Lines that
/// cross are pairs on which the two disagree. While CLIP's is covered they may stand in two rows, if that makes them
/// larger.
///
/// Drag a picture to its place; or arrows walk, and with Shift they carry the picture along. Thread: interface.
class OrderChart final : public QWidget
{
    Q_OBJECT

public:
    explicit OrderChart(QWidget *parent = nullptr);

    void setPictures(const QHash<int, QImage> &pictures, const QList<int> &own, const QList<int> &other,
                     const QHash<int, double> &scores);
    /// Shows the other order too.
    void setRevealed(bool revealed);
    bool isRevealed() const { return m_revealed; }
    QList<int> own() const { return m_own; }
    int current() const { return m_current; }
    /// Where a picture of one's own order stands.
    QRectF place(int position) const;
    QSize sizeHint() const override { return {480, 300}; }

Q_SIGNALS:
    /// Not when a picture was only taken up and put down again.
    void reordered(const QList<int> &own);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    struct Grid
    {
        double side = 16; ///< of a picture
        int columns = 1;
    };
    Grid grid() const;
    /// Between the two orders.
    double lines() const;
    QRectF otherPlace(int position) const;
    int positionAt(QPointF point) const;
    void move(int from, int to);
    void describe();

    QHash<int, QImage> m_pictures;
    QList<int> m_own, m_other;
    QHash<int, double> m_scores;
    int m_current = 0; ///< position in one's own order
    int m_dragged = -1;
    QList<int> m_before; ///< one's own order when the dragging began
    bool m_revealed = false;
};

} // namespace orrery::text_to_image
