// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

namespace orrery::speech {

/// How loud it is, and from where on a word begins. Thread: interface.
class WordMeter final : public QWidget
{
    Q_OBJECT

public:
    explicit WordMeter(QWidget *parent = nullptr);
    /// Decibels relative to full scale.
    void setLevel(double levelDb, double thresholdDb, bool inWord);
    void setOff();
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    double m_level = -100, m_threshold = 0;
    bool m_on = false, m_inWord = false;
};

} // namespace orrery::speech
