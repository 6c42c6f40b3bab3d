// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/scatter_view.h"

#include <QSlider>

namespace orrery {

/// The slider of one knob: painted by Qt, or there for keyboard and screen readers only while Dear ImGui paints it.
class KnobSlider final : public QSlider
{
public:
    static constexpr int kSteps = 1000;

    explicit KnobSlider(QWidget *parent);
    void setKnob(const ScatterKnob &knob);
    void setGhost(bool ghost);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    bool m_ghost = false;
};

} // namespace orrery
