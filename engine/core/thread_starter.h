// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <thread>

namespace orrery {

/// Threads inherit the priority of who starts them, and on Linux no user may raise it again. So a thread that has to
/// keep time (sound) and is asked for by an engine's helper, which gives way to the interface, is started by a thread
/// that was set aside before. Called by EngineThread::start, which runs at the interface's priority; once a process,
/// later calls do nothing.
void keepThreadStarter();

/// Starts `body` at the priority of who called `keepThreadStarter`; where nobody did, at the caller's. Thread: any.
std::thread startThreadThatKeepsTime(std::function<void()> body);

} // namespace orrery
