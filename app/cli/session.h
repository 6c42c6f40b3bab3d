// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "engine/core/engine_thread.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace orrery::cli {

/// The engine for the length of one command: started when made, ended with it. Ctrl+C cancels the job that runs; a
/// second one ends the program at once.
class Session
{
public:
    /// Takes --device and --threads. @throws UsageError for bad ones.
    explicit Session(const Arguments &arguments);
    ~Session();

    EngineThread &engine() { return m_engine; }

    /// Waits until LibTorch is loaded. @throws Exception with the reason why the engine could not start, or why there
    /// is no CUDA where --device cuda asks for it: an answer from elsewhere would say something about another machine.
    RuntimeInfo ready();
    /// The same, but any device will do.
    RuntimeInfo info();

    /// Submits a job, shows its progress, waits. @throws Exception when it failed or was cancelled.
    template <class Request, class ResultType>
    ResultType run(const JobType<Request, ResultType> &type, std::type_identity_t<Request> request,
                   JobOptions options = {})
    {
        ready();
        JobHandle<ResultType> handle = m_engine.submit(type, std::move(request), std::move(options), {},
                                                       [line = ProgressLine()](const Progress &progress) mutable {
                                                           line.show(progress.fraction, progress.message);
                                                       });
        const Watch watch(*this, handle);
        Result<ResultType> result = handle.wait();
        clearProgress();
        if (!result)
            throw Exception(result.error().code, result.error().message, result.error().context);
        return std::move(*result);
    }

    /// Cancels this job on Ctrl+C while it lives.
    class Watch
    {
    public:
        Watch(Session &session, JobControl job);
        ~Watch();

    private:
        Session &m_session;
    };
    /// True once Ctrl+C was pressed.
    bool interrupted() const;

private:
    void onInterrupt();

    EngineThread m_engine;
    mutable std::mutex m_mutex;
    std::vector<JobControl> m_watched;
    bool m_interrupted = false;
    bool m_needsCuda = false;
    std::thread m_listener;
};

/// --device and --threads as the engine takes them. @throws UsageError
EngineSettings settingsFrom(const Arguments &arguments);

} // namespace orrery::cli
