// SPDX-License-Identifier: Apache-2.0
#include "app/host/stall_meter.h"

#include <QCoreApplication>
#include <QEvent>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace orrery {

namespace {

using Clock = std::chrono::steady_clock;

class Ping final : public QEvent
{
public:
    Ping() : QEvent(kind()), posted(Clock::now()) {}
    static QEvent::Type kind()
    {
        static const auto type = QEvent::Type(QEvent::registerEventType());
        return type;
    }
    Clock::time_point posted;
};

} // namespace

StallMeter::StallMeter(QObject *parent) : QObject(parent) {}

StallMeter::~StallMeter()
{
    stop();
}

void StallMeter::start()
{
    if (m_running.exchange(true))
        return;
    m_waits.clear();
    m_thread = std::thread([this] {
        while (m_running) {
            // One at a time: a long stall is one long wait, not a hundred shorter ones.
            if (!m_pending.exchange(true))
                QCoreApplication::postEvent(this, new Ping, Qt::HighEventPriority);
            std::this_thread::sleep_for(std::chrono::milliseconds(4));
        }
    });
}

void StallMeter::stop()
{
    m_running = false;
    if (m_thread.joinable())
        m_thread.join();
}

void StallMeter::customEvent(QEvent *event)
{
    if (event->type() != Ping::kind())
        return;
    const auto wait = Clock::now() - static_cast<Ping *>(event)->posted;
    m_waits.push_back(std::chrono::duration<double, std::milli>(wait).count());
    m_pending = false;
}

double StallMeter::percentile(std::vector<double> values, double p)
{
    if (values.empty())
        return 0;
    // Nearest rank: the smallest value that at least a share p of all do not exceed.
    const auto rank = std::size_t(std::max(1.0, std::ceil(p * double(values.size())))) - 1;
    const auto at = values.begin() + std::ptrdiff_t(std::min(rank, values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

} // namespace orrery
