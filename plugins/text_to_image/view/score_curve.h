// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QList>
#include <QStringList>
#include <QWidget>

#include <functional>

namespace orrery::text_to_image {

/// CLIP's score by step, of one lane strong and of the others faint, on one scale; each with its name at its end.
/// Thread: interface.
class ScoreCurve final : public QWidget
{
    Q_OBJECT

public:
    /// @param names  of the lanes
    explicit ScoreCurve(const QStringList &names, QWidget *parent = nullptr);

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
    /// Tops of the names of the lanes, so that none covers another; lanes without a score have none.
    QHash<int, double> nameTops(const std::function<double(double)> &at, const QRectF &room, double high) const;

    QStringList m_names;
    QList<QList<double>> m_curves;
    int m_lane = 0;
    int m_steps = 0;
    double m_least = 0, m_most = 1;
    int m_step = -1;
};

} // namespace orrery::text_to_image
