// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/scatter_knobs.h"

#include "widgets/scatter/internal/imgui_panel.h"
#include "widgets/scatter/internal/knob_slider.h"
#include "widgets/theme/theme.h"

#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace orrery {

namespace {

constexpr double kRowHeight = 26, kSliderWidth = 150, kPad = 8;

} // namespace

double knobPlace(const ScatterKnob &knob, double value)
{
    const double low = knob.smallest, high = knob.largest;
    if (!(high > low))
        return 0;
    const double clamped = std::clamp(value, low, high);
    if (knob.logarithmic && low > 0)
        return std::log(clamped / low) / std::log(high / low);
    return (clamped - low) / (high - low);
}

double knobValue(const ScatterKnob &knob, double place)
{
    const double low = knob.smallest, high = knob.largest, at = std::clamp(place, 0.0, 1.0);
    double value = knob.logarithmic && low > 0 && high > low ? low * std::pow(high / low, at) : low + (high - low) * at;
    if (knob.whole)
        value = std::round(value);
    return std::clamp(value, low, std::max(low, high));
}

QString knobText(const ScatterKnob &knob)
{
    const double size = std::fabs(knob.value);
    if (knob.whole || size >= 1000)
        return QLocale().toString(qlonglong(std::llround(knob.value)));
    return QLocale().toString(knob.value, 'g', size >= 100 ? 4 : 3);
}

// --- one slider ----------------------------------------------------------------------------------------------------

KnobSlider::KnobSlider(QWidget *parent) : QSlider(Qt::Horizontal, parent)
{
    setRange(0, kSteps);
    setSingleStep(kSteps / 50);
    setPageStep(kSteps / 10);
}

void KnobSlider::setKnob(const ScatterKnob &knob)
{
    setAccessibleName(knob.label);
    setAccessibleDescription(knobText(knob));
    // A whole number moves by one at each key, where the slider is fine enough.
    if (knob.whole && !knob.logarithmic && knob.largest > knob.smallest)
        setSingleStep(std::max(1, static_cast<int>(std::ceil(kSteps / (knob.largest - knob.smallest)))));
    if (!isSliderDown()) {
        const QSignalBlocker blocker(this);
        setValue(static_cast<int>(std::lround(knobPlace(knob, knob.value) * kSteps)));
    }
}

void KnobSlider::setGhost(bool ghost)
{
    m_ghost = ghost;
    setAttribute(Qt::WA_TransparentForMouseEvents, ghost);
    update();
}

void KnobSlider::paintEvent(QPaintEvent *event)
{
    if (!m_ghost) {
        QSlider::paintEvent(event);
        return;
    }
    if (!hasFocus())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::instance().colours().accent, 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
}

// --- all of them ---------------------------------------------------------------------------------------------------

ScatterKnobs::ScatterKnobs(QWidget *parent) : QFrame(parent), m_panel(std::make_unique<ImGuiPanel>())
{
    setAccessibleName(tr("Sliders"));
    hide();
}

ScatterKnobs::~ScatterKnobs() = default;

void ScatterKnobs::setKnobs(const QList<ScatterKnob> &knobs)
{
    const bool same =
        std::equal(knobs.begin(), knobs.end(), m_knobs.begin(), m_knobs.end(),
                   [](const ScatterKnob &a, const ScatterKnob &b) { return a.id == b.id && a.label == b.label; });
    // What a hand holds stays where the hand is, whatever an older answer says.
    const double heldValue = same && m_held >= 0 ? m_knobs[m_held].value : 0;
    m_knobs = knobs;
    if (same && m_held >= 0)
        m_knobs[m_held].value = heldValue;
    if (!same)
        rebuild();
    for (int i = 0; i < m_knobs.size(); ++i)
        m_sliders[i]->setKnob(m_knobs[i]);
    update();
    if (onRepaint)
        onRepaint();
}

void ScatterKnobs::mousePressEvent(QMouseEvent *event)
{
    event->accept(); // beside a slider is not upon the map
}

void ScatterKnobs::rebuild()
{
    m_held = -1;
    qDeleteAll(m_sliders);
    m_sliders.clear();
    for (int i = 0; i < m_knobs.size(); ++i) {
        auto *slider = new KnobSlider(this);
        slider->setObjectName(QStringLiteral("knob-%1").arg(m_knobs[i].id));
        connect(slider, &QSlider::valueChanged, this, [this, i, slider](int step) {
            change(i, knobValue(m_knobs[i], double(step) / KnobSlider::kSteps), !slider->isSliderDown());
        });
        connect(slider, &QSlider::sliderReleased, this, [this, i] {
            if (onReleased)
                onReleased(m_knobs[i].id, m_knobs[i].value);
        });
        slider->setGhost(!m_plain);
        slider->show();
        m_sliders.append(slider);
    }
    restyle();
    setVisible(!m_knobs.isEmpty());
}

void ScatterKnobs::change(int index, double value, bool released)
{
    ScatterKnob &knob = m_knobs[index];
    if (knob.value != value) {
        knob.value = value;
        m_sliders[index]->setAccessibleDescription(knobText(knob));
        update();
        if (onRepaint)
            onRepaint();
        if (onChanged)
            onChanged(knob.id, value);
    }
    if (released && onReleased)
        onReleased(m_knobs[index].id, m_knobs[index].value);
}

void ScatterKnobs::setPlain(bool plain)
{
    m_plain = plain;
    setAttribute(Qt::WA_TransparentForMouseEvents, !plain);
    for (KnobSlider *slider : std::as_const(m_sliders))
        slider->setGhost(!plain);
    restyle();
}

void ScatterKnobs::setRoom(int width)
{
    if (width == m_room)
        return;
    m_room = width;
    restyle();
}

void ScatterKnobs::restyle()
{
    const Theme &theme = Theme::instance();
    const QFontMetrics metrics(theme.font(TextRole::Caption));
    const int pad = theme.px(kPad), row = std::max(theme.px(kRowHeight), metrics.height() + 8);
    int words = 0;
    for (const ScatterKnob &knob : std::as_const(m_knobs))
        words = std::max(words, metrics.horizontalAdvance(knob.label));
    const int value = metrics.horizontalAdvance(QStringLiteral("00,000"));
    int slider = theme.px(kSliderWidth);
    if (m_room > 0)
        slider = std::clamp(m_room - words - value - 4 * pad, theme.px(60), slider);
    for (int i = 0; i < m_sliders.size(); ++i)
        m_sliders[i]->setGeometry(pad + words + pad, pad / 2 + i * row + 1, slider, row - 2);
    resize(pad + words + pad + slider + pad + value + pad, static_cast<int>(m_sliders.size()) * row + pad);
    update();
    if (onResized)
        onResized();
}

void ScatterKnobs::paintEvent(QPaintEvent *)
{
    if (!m_plain)
        return;
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = theme.colours().surface;
    ground.setAlphaF(0.92f);
    painter.setBrush(ground);
    painter.setPen(QPen(theme.colours().line, 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setFont(theme.font(TextRole::Caption));
    painter.setPen(theme.colours().text);
    for (int i = 0; i < m_sliders.size(); ++i) {
        const QRectF slider = m_sliders[i]->geometry();
        painter.drawText(QRectF(theme.px(kPad), slider.top(), slider.left(), slider.height()),
                         Qt::AlignVCenter | Qt::AlignLeft, m_knobs[i].label);
        Theme::drawFigures(
            painter, QRectF(slider.right(), slider.top(), width() - slider.right() - theme.px(kPad), slider.height()),
            Qt::AlignRight, knobText(m_knobs[i]));
    }
}

bool ScatterKnobs::covers(const QPointF &inView) const
{
    return isVisibleTo(parentWidget()) && QRectF(geometry()).contains(inView);
}

} // namespace orrery
