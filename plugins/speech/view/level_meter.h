// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QWidget>

namespace orrery::speech {

/// How loud it is, from −60 dB to full scale, with the largest of the last second and a word when it clips.
/// Thread: interface.
class LevelMeter final : public QWidget
{
    Q_OBJECT

public:
    explicit LevelMeter(QWidget *parent = nullptr);
    /// @param peak  largest magnitude of the moment; 1 is full scale
    void setPeak(float peak);
    void reset();
    bool clipping() const;                 ///< within the last second
    double held() const { return m_held; } ///< place of the mark, in [0, 1]
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    double m_level = 0, m_held = 0;
    QElapsedTimer m_sinceHeld, m_sinceClip;
    bool m_clipped = false;
};

} // namespace orrery::speech
