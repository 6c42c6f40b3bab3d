// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

namespace orrery::maps {

/// Calls `work(0)` … `work(count − 1)`, on as many threads as the engine has. Who computes which chunk is left to
/// chance, so a chunk writes nothing but what is its own; sums over chunks are made afterwards, in order. Then the bits
/// do not depend on the number of threads. Returns when all are done; an exception of `work` is rethrown. Thread:
/// engine.
void forChunks(std::int64_t count, const std::function<void(std::int64_t)> &work);

} // namespace orrery::maps
