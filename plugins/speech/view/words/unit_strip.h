// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <vector>

class QPainter;

namespace orrery::speech {

/// Units as blocks from left to right, one a run. @param first, last  frames in view, fractions included
void paintUnits(QPainter &painter, const QRectF &rect, const std::vector<int> &units, double first, double last);

/// A short sound as its units, small. Thread: interface.
class UnitStrip final : public QWidget
{
    Q_OBJECT

public:
    explicit UnitStrip(QWidget *parent = nullptr);

    /// @param frames  that the whole width stands for, so that strips beside each other have one scale; 0: as many as
    /// there are
    void setUnits(std::vector<int> units, int frames = 0);
    /// What is said instead of units while there are none.
    void setPlaceholder(const QString &text);
    const std::vector<int> &units() const { return m_units; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<int> m_units;
    int m_frames = 0;
    QString m_placeholder;
};

} // namespace orrery::speech
