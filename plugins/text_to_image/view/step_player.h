// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSlider>
#include <QTimer>
#include <QToolButton>
#include <QWidget>

namespace orrery::text_to_image {

/// A slider over the steps of a picture with a button that plays them; so does Space on the slider.
/// Thread: interface.
class StepPlayer final : public QWidget
{
    Q_OBJECT

public:
    /// @param name     of the slider, for assistive technology
    /// @param wholeMs  from the first step to the last, however many there are
    StepPlayer(const QString &name, int wholeMs, QWidget *parent = nullptr);

    int step() const { return m_slider->value(); }
    int last() const { return m_slider->maximum(); }
    void setStep(int step) { m_slider->setValue(step); }
    void setLast(int last) { m_slider->setRange(0, last); }
    /// From the first step again, when it stands at the last.
    void play(bool on);
    bool isPlaying() const { return m_timer.isActive(); }

    QSlider *slider() const { return m_slider; }
    QToolButton *button() const { return m_button; }

Q_SIGNALS:
    void stepChanged(int step);

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void restyle();

    QSlider *m_slider;
    QToolButton *m_button;
    QTimer m_timer;
    int m_wholeMs;
};

} // namespace orrery::text_to_image
