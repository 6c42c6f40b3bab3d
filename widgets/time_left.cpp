// SPDX-License-Identifier: Apache-2.0
#include "widgets/time_left.h"

#include <QCoreApplication>

namespace orrery {

namespace {

constexpr double kShowAfterMs = 500, kShowAfter = 0.02;

QString say(const char *text)
{
    return QCoreApplication::translate("TimeLeft", text);
}

} // namespace

QString timeLeft(double fraction, double elapsedMs)
{
    if (fraction <= kShowAfter || fraction >= 1 || elapsedMs < kShowAfterMs)
        return {};
    const double seconds = elapsedMs / 1000 * (1 - fraction) / fraction;
    if (seconds < 1.5)
        return say("a second left");
    if (seconds < 90)
        return say("%1 s left").arg(qRound(seconds));
    if (seconds < 5400)
        return say("about %1 min left").arg(qRound(seconds / 60));
    return say("about %1 h left").arg(qRound(seconds / 3600));
}

QString TimeLeft::of(double fraction)
{
    if (fraction < 0 || fraction >= 1) {
        restart();
        return {};
    }
    if (m_begun < 0 || fraction < m_last) {
        m_begun = fraction;
        m_clock.start();
    }
    m_last = fraction;
    return timeLeft((fraction - m_begun) / (1 - m_begun), double(m_clock.elapsed()));
}

} // namespace orrery
