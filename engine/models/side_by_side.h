// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/task.h"
#include "engine/models/step_pacer.h"

#include <chrono>
#include <cstdint>
#include <functional>

namespace orrery {

/// Calls work(0) … work(count − 1), as many of them at one time as the engine has threads and it is worth, each on a
/// single one, and ends a step between them where it is due. A piece writes nothing but what is its own. So the bits of
/// a result depend on how it is cut into pieces, never on the number of threads (see one_thread.h), and a step lasts
/// about as long as one piece. No graph is kept. Inside of a piece at::conv1d and its kin are forbidden: which of its
/// convolutions LibTorch takes depends on the number of threads.
/// @param lasting  how long a piece lasted the last time; the first is then not waited for to find out. Told anew.
/// Thread: engine.
Task<> sideBySide(StepPacer &pace, std::int64_t count, std::function<void(std::int64_t)> work,
                  std::chrono::steady_clock::duration *lasting = nullptr);

} // namespace orrery
