// SPDX-License-Identifier: Apache-2.0
#include "engine/models/babble/duration_classes.h"

#include <algorithm>
#include <array>

namespace orrery::speech {

namespace {
constexpr std::array<int, kDurationClasses> kFrames{1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13,
                                                    14, 15, 16, 19, 22, 26, 30, 35, 41, 48, 56, 64};
}

std::int64_t durationClass(int frames)
{
    const auto above = std::lower_bound(kFrames.begin(), kFrames.end(), frames);
    if (above == kFrames.begin())
        return 0;
    if (above == kFrames.end())
        return kDurationClasses - 1;
    const auto nearest = frames - *(above - 1) <= *above - frames ? above - 1 : above;
    return nearest - kFrames.begin();
}

int framesOfClass(std::int64_t durationClass)
{
    return kFrames[static_cast<std::size_t>(std::clamp<std::int64_t>(durationClass, 0, kDurationClasses - 1))];
}

} // namespace orrery::speech
