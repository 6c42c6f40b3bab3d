// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/level_meter.h"

#include "widgets/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace orrery::speech {

namespace {
constexpr double kFloorDb = -60;
constexpr int kHoldMs = 1000;
constexpr double kFall = 0.06; ///< of the meter, each time
} // namespace

LevelMeter::LevelMeter(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("level"));
    setAccessibleName(tr("Level of the microphone"));
    setToolTip(tr("How loud the microphone is. Red: clipping, louder than it can measure; move back or speak softer."));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize LevelMeter::sizeHint() const
{
    const Theme &theme = Theme::instance();
    return {theme.px(120), theme.px(16)};
}

void LevelMeter::setPeak(float peak)
{
    const double db = 20 * std::log10(std::max(1e-6, double(peak)));
    const double level = std::clamp(1 - db / kFloorDb, 0.0, 1.0);
    m_level = std::max(level, m_level - kFall);
    if (level >= m_held || !m_sinceHeld.isValid() || m_sinceHeld.hasExpired(kHoldMs)) {
        m_held = level;
        m_sinceHeld.start();
    }
    if (peak >= 1) {
        m_clipped = true;
        m_sinceClip.start();
    }
    setAccessibleDescription(clipping() ? tr("clipping") : tr("%1 decibels").arg(std::lround(db)));
    update();
}

void LevelMeter::reset()
{
    m_level = m_held = 0;
    m_clipped = false;
    m_sinceHeld.invalidate();
    update();
}

bool LevelMeter::clipping() const
{
    return m_clipped && !m_sinceClip.hasExpired(kHoldMs);
}

void LevelMeter::paintEvent(QPaintEvent *)
{
    const Colours &colours = Theme::instance().colours();
    QPainter painter(this);
    const QRectF all = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(clipping() ? colours.error : colours.line, 1));
    painter.setBrush(colours.ground);
    painter.drawRect(all);
    painter.fillRect(QRectF(1, 1, (width() - 2) * m_level, height() - 2), clipping() ? colours.error : colours.accent);
    painter.fillRect(QRectF(std::min(width() - 3.0, (width() - 2) * m_held), 1, 2, height() - 2), colours.text);
}

} // namespace orrery::speech
