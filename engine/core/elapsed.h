// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace orrery {

/// Thread: any.
inline double millisecondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

} // namespace orrery
