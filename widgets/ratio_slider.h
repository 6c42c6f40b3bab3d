// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QDoubleSpinBox;
class QSlider;

namespace orrery {

/// A slider in even ratios with its number beside it.
class RatioSlider final : public QWidget
{
    Q_OBJECT

public:
    explicit RatioSlider(QWidget *parent = nullptr);
    /// @param zero  the smallest stands for 0
    void setRange(double smallest, double largest, int decimals, bool zero = false);
    void setValue(double value);
    void setName(const QString &name);
    double value() const;
    QSlider *slider() const { return m_slider; }
    QDoubleSpinBox *number() const { return m_number; }

Q_SIGNALS:
    void edited(double value);

private:
    static constexpr int kSteps = 200;
    double m_smallest = 1, m_largest = 100;
    bool m_zero = false;
    QSlider *m_slider;
    QDoubleSpinBox *m_number;
};

} // namespace orrery
