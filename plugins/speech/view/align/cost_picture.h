// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/align/aligned_pair.h"

#include <QImage>
#include <QWidget>

#include <memory>

namespace orrery::speech {

/// Every place of one recording against every place of the other: light where units are equal, and the path through
/// it. Thread: interface.
class CostPicture final : public QWidget
{
    Q_OBJECT

public:
    explicit CostPicture(QWidget *parent = nullptr);

    void setPair(std::shared_ptr<const AlignedPair> pair);
    /// Crosses at this place; −1: none.
    void point(int frameA, int frameB);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {96, 96}; }

Q_SIGNALS:
    void pointed(int frameA);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QRectF square() const;
    void makeImage();

    std::shared_ptr<const AlignedPair> m_pair;
    QImage m_image;
    int m_a = -1, m_b = -1;
};

} // namespace orrery::speech
