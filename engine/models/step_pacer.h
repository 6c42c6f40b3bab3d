// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"

#include <chrono>

namespace orrery {

/// Ends a step when enough time has passed since the last one ended, so that small layers do not pay for a switch each
/// and large ones still leave the thread in time:
///
///     if (pace.due())
///         co_await pace.step();
///
/// Thread: engine.
class StepPacer
{
public:
    using Clock = std::chrono::steady_clock;
    /// A live job may wait this long, and for the piece that follows.
    static constexpr std::chrono::milliseconds kStep{5};

    explicit StepPacer(EngineScope &scope) : m_scope(scope), m_start(Clock::now()) {}

    EngineScope &scope() { return m_scope; }
    bool due() const { return Clock::now() - m_start >= kStep; }

    struct Awaiter
    {
        StepPacer &pacer;
        EngineScope::StepAwaiter inner;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> innermost) const noexcept { inner.await_suspend(innermost); }
        void await_resume() const
        {
            pacer.m_start = Clock::now();
            inner.await_resume();
        }
    };
    Awaiter step() { return Awaiter{*this, m_scope.step()}; }

private:
    EngineScope &m_scope;
    Clock::time_point m_start;
};

} // namespace orrery
