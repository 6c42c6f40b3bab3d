// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace orrery::speech {

/// Durations of units as a language model predicts them: 1 to 16 frames each by itself, then about a sixth longer from
/// one to the next, up to 64 frames (1.3 s). What lasts longer is a pause and counts as 64.
inline constexpr std::int64_t kDurationClasses = 25;

/// @return  in [0, kDurationClasses); the class whose length is nearest, the shorter of two
std::int64_t durationClass(int frames);
/// @return  frames that a class stands for, at least 1
int framesOfClass(std::int64_t durationClass);

} // namespace orrery::speech
