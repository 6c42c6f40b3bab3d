// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/sampler.h"
#include "plugins/text_to_image/view/tile_layout.h"

#include <QWidget>

namespace orrery::text_to_image {

/// The samples of a drawing as sharp tiles. While a newer one is on its way the old pictures stay, dimmed, each until
/// its successor can be seen, so that one changed word shows its effect.
///
/// Keys: arrows walk, Return opens, Space adds to or takes from what is chosen, Ctrl+A chooses all. Dragging takes the
/// chosen pictures out. Thread: interface.
class SampleGrid final : public QWidget
{
    Q_OBJECT

public:
    explicit SampleGrid(QWidget *parent = nullptr);

    /// @param wanted  tiles that there will be; those not begun yet stand as empty frames
    void setDrawing(const Drawing &drawing, int wanted, bool stale);
    void setPictureSize(QSize pixels);
    /// CLIP's best first, with the scores below.
    void setRanked(bool ranked);
    /// Height that the grid may fill without scrolling.
    void setRoom(QSize room);

    /// Index of the sample the keyboard is on; −1: none.
    int current() const { return m_current; }
    void setCurrent(int index);
    /// Chosen samples; the current one when none was chosen.
    QList<int> chosen() const;
    QList<int> order() const { return m_order; }
    QRectF tileRect(int index) const;
    const TileLayout &tiles() const { return m_layout; }
    bool isStale() const { return m_stale; }
    /// What is painted at full strength now: finished or under way.
    int shownPictures() const;
    /// What is said of the picture that is pointed at.
    QString toolTipOf(int index) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void currentChanged(int index);
    void opened(int index);
    void dragWanted(const QList<int> &indices);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void relayout();
    void describe();
    int indexAt(QPointF point) const;
    QPointF origin() const;

    Drawing m_drawing;
    QHash<int, QImage> m_pictures;       ///< of the drawing, by index
    QHash<int, SamplePointer> m_painted; ///< what each of them was made of
    QHash<int, QImage> m_before;         ///< of the one before it
    QList<int> m_order;                  ///< indices in the order of places
    QSize m_pictureSize{64, 64};
    QSize m_room;
    TileLayout m_layout;
    int m_wanted = 0;
    int m_current = -1;
    QList<int> m_chosen;
    bool m_ranked = false;
    bool m_stale = false;
    QPoint m_pressedAt;
    int m_pressed = -1;
};

} // namespace orrery::text_to_image
