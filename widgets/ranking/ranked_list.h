// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/ranking/ranked_model.h"

#include <QHash>
#include <QListView>
#include <QVariantAnimation>

namespace orrery {

/// The rows of a ranked panel: tick, rank, name, share and cosine. Rows glide to their new places when the ranks
/// change.
///
/// Only rows on screen are painted, so ten thousand names cost what twenty do. Keys: arrows walk, letters search, Space
/// ticks the true name, Ctrl+C copies the row. Thread: interface.
class RankedList final : public QListView
{
    Q_OBJECT

public:
    explicit RankedList(QWidget *parent = nullptr);

    const RankedModel &rows() const { return *m_model; }
    void setRanking(const Ranking &ranking);
    void setTrueLabel(const QString &label);
    /// Fades the rows: they belong to an earlier question.
    void setStale(bool stale);
    bool isStale() const { return m_stale; }
    /// Where a row's tick can be clicked, in viewport coordinates.
    QRect tickRect(int row) const;
    bool isMoving() const { return m_motion.state() == QAbstractAnimation::Running; }

    struct Columns
    {
        QRectF tick, rank, label, shareBar, shareNumber, cosineBar, cosineNumber;
        bool barBehindLabel = false; ///< where there is no room for a column of bars
    };
    /// Places of the columns in a row at `top`, also used by the headings above the list.
    Columns columns(double top, int width) const;
    int rowHeight() const;
    void doItemsLayout() override;

Q_SIGNALS:
    /// The user says that this is (or, empty: is no longer) what the picture shows.
    void trueLabelChosen(const QString &label);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    struct Place
    {
        double row = 0;
        double share = 0;
        double cosine = 0;
        int target = -1; ///< its row now; -1: no longer in the list
    };
    Place placeNow(int row) const;
    std::pair<int, int> visibleRows() const;
    void rememberPlaces();
    void paintRow(QPainter &painter, int row, const Place &place) const;
    void paintLabel(QPainter &painter, const QRectF &area, const QString &label) const;
    void toggleTrue(int row);
    void copyRow(int row) const;

    RankedModel *m_model;
    QHash<QString, Place> m_from; ///< where the rows that were on screen stood before the last change
    QHash<QString, int> m_oldRows;
    double m_progress = 1;
    int m_laidOut = 0; ///< the height of rows that the view reckons with
    bool m_stale = false;
    QVariantAnimation m_motion;
};

/// Draws text with every digit in a cell of one width, right-aligned, so that columns of numbers do not dance.
void drawTabular(QPainter &painter, const QRectF &area, const QString &text);

} // namespace orrery
