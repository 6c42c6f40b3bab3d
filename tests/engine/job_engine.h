// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_thread.h"

#include <QString>
#include <QTest>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace orrery::test {

/// The engine as programs see it: jobs and plain results, LibTorch behind dlopen. One a process.
class JobEngine
{
public:
    explicit JobEngine(int threads = usualThreads(), std::uint64_t memoryBudgetBytes = 0)
    {
        EngineSettings settings;
        settings.device = DeviceChoice::Cpu; // what is tested here must hold on every machine
        settings.threads = threads;
        settings.memoryBudgetBytes = memoryBudgetBytes;
        m_engine.start(settings);
    }

    template <class Request, class ResultType>
    Result<ResultType> run(const JobType<Request, ResultType> &type, std::type_identity_t<Request> request)
    {
        return m_engine.submit(type, std::move(request)).wait();
    }
    EngineThread &thread() { return m_engine; }

    /// Two, unless tests that run side by side are told to share the cores.
    static int usualThreads()
    {
        const int told = qEnvironmentVariableIntValue("OMP_NUM_THREADS");
        return told > 0 ? told : 2;
    }

private:
    EngineThread m_engine;
};

/// The message of a failed job; empty, and a failed test, when it succeeded.
template <class T>
QString messageOfFailure(const Result<T> &result)
{
    if (result) {
        QTest::qFail("the job succeeded", __FILE__, __LINE__);
        return {};
    }
    return QString::fromStdString(result.error().message);
}

} // namespace orrery::test
