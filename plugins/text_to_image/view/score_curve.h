// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QList>
#include <QString>
#include <QWidget>

namespace orrery::text_to_image {

/// CLIP's score by step, of one lane strong and of the others faint, on one scale. Thread: interface.
class ScoreCurve final : public QWidget
{
    Q_OBJECT

public:
    explicit ScoreCurve(QWidget *parent = nullptr);

    /// @param curves  a list of scores by step for each lane; empty ones are left out
    /// @param steps   how long all of them will be
    /// @param least   the scale; with `most` the same for all lanes
    void setCurves(const QList<QList<double>> &curves, int lane, int steps, double least, double most);
    /// A line at a step; −1: none.
    void setStep(int step);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QList<QList<double>> m_curves;
    int m_lane = 0;
    int m_steps = 0;
    double m_least = 0, m_most = 1;
    int m_step = -1;
};

} // namespace orrery::text_to_image
