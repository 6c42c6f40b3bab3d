// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRect>
#include <QWidget>

#include <functional>
#include <vector>

class QMimeData;

namespace orrery {

/// Covers the window while something is dragged over it; each zone says what dropping there does.
class DropOverlay : public QWidget
{
    Q_OBJECT
public:
    struct Zone
    {
        QRect place; ///< in the window
        QString text;
        std::function<void(const QMimeData &)> drop;
    };

    explicit DropOverlay(QWidget *window);
    void open(std::vector<Zone> zones);
    /// The zone at a point, or the first: a drop anywhere does something.
    const Zone *zoneAt(QPoint point) const;
    const std::vector<Zone> &zones() const { return m_zones; }

private:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

    std::vector<Zone> m_zones;
    QPoint m_at;
};

} // namespace orrery
