// SPDX-License-Identifier: Apache-2.0
#include "widgets/ratio_slider.h"

#include "widgets/theme/theme.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>
#include <cmath>

namespace orrery {

RatioSlider::RatioSlider(QWidget *parent)
    : QWidget(parent), m_slider(new QSlider(Qt::Horizontal, this)), m_number(new QDoubleSpinBox(this))
{
    m_slider->setRange(0, kSteps);
    m_slider->setPageStep(kSteps / 10);
    m_number->setFixedWidth(Theme::instance().px(84));
    m_number->setKeyboardTracking(false);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_slider, 1);
    row->addWidget(m_number);
    setFocusProxy(m_slider);
    connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
        const double value =
            m_zero && position == 0 ? 0 : m_smallest * std::pow(m_largest / m_smallest, double(position) / kSteps);
        const double scale = std::pow(10, m_number->decimals());
        const QSignalBlocker quiet(m_number);
        m_number->setValue(std::round(value * scale) / scale);
        Q_EMIT edited(m_number->value());
    });
    connect(m_number, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        setValue(value);
        Q_EMIT edited(value);
    });
}

void RatioSlider::setRange(double smallest, double largest, int decimals, bool zero)
{
    m_smallest = smallest;
    m_largest = largest;
    m_zero = zero;
    const QSignalBlocker quiet(m_number);
    m_number->setDecimals(decimals);
    m_number->setRange(zero ? 0 : smallest, largest);
    m_number->setSingleStep(decimals == 0 ? 1 : std::pow(10, -decimals) * (decimals > 1 ? 5 : 5));
}

void RatioSlider::setValue(double value)
{
    const QSignalBlocker quiet(m_number), still(m_slider);
    m_number->setValue(value);
    m_slider->setValue(
        value <= 0
            ? 0
            : std::clamp(int(std::lround(std::log(value / m_smallest) / std::log(m_largest / m_smallest) * kSteps)),
                         m_zero ? 1 : 0, kSteps));
}

void RatioSlider::setName(const QString &name)
{
    m_slider->setAccessibleName(name);
    m_number->setAccessibleName(name);
}

double RatioSlider::value() const
{
    return m_number->value();
}

} // namespace orrery
