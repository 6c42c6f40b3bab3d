// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

#include <atomic>
#include <thread>
#include <vector>

namespace orrery {

/// How long events wait for the interface thread. A thread of its own posts an event every few milliseconds and
/// measures how long it lies in the queue, as a key press would. Thread: interface, apart from its own.
class StallMeter : public QObject
{
    Q_OBJECT
public:
    explicit StallMeter(QObject *parent = nullptr);
    ~StallMeter() override;

    void start();
    void stop();
    /// Waits in milliseconds, in order of measuring.
    const std::vector<double> &waitsMs() const { return m_waits; }

    /// p in [0, 1]; 0 when there is no value.
    static double percentile(std::vector<double> values, double p);

private:
    void customEvent(QEvent *event) override;
    std::vector<double> m_waits;
    std::atomic<bool> m_running{false};
    std::atomic<bool> m_pending{false};
    std::thread m_thread;
};

} // namespace orrery
