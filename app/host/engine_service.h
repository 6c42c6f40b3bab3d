// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_thread.h"

#include <QObject>

#include <memory>
#include <optional>
#include <unordered_map>

namespace orrery {

/// "AMD EPYC"; what kind it is where the machine does not tell its name.
QString deviceName(const DeviceInfo &device);

/// The engine thread, bound to the Qt event loop: completions run on the interface thread, news come as signals.
/// Thread: interface.
class EngineService : public QObject
{
    Q_OBJECT
public:
    explicit EngineService(QObject *parent = nullptr);
    ~EngineService() override;

    /// Returns at once; LibTorch is loaded on the engine thread. Call it when the window is on screen.
    void start(const EngineSettings &settings, EngineThread::RuntimeFactory factory = {});
    bool started() const { return m_started; }
    const EngineSettings &settings() const { return m_settings; }

    EngineThread &engine() { return *m_engine; }
    /// Nothing while the engine is starting.
    const std::optional<Result<RuntimeInfo>> &state() const { return m_state; }
    /// "AMD EPYC, 2 threads", "starting…", "the engine did not start".
    QString deviceText() const;

    std::vector<JobRecord> records() const { return m_engine->records(); }
    /// Asks the job of that number to stop, wherever it was submitted from.
    void cancel(std::uint64_t id);
    /// Remembers a job so that cancel(id) finds it.
    void watch(const JobControl &control);

Q_SIGNALS:
    void ready();
    void recordsChanged();

private:
    std::unique_ptr<EngineThread> m_engine;
    QObject *m_receiver; ///< completions are posted to it; when it is gone they are dropped
    EngineSettings m_settings;
    std::optional<Result<RuntimeInfo>> m_state;
    std::unordered_map<std::uint64_t, JobControl> m_controls; ///< of jobs that have not ended
    bool m_started = false;
};

} // namespace orrery
