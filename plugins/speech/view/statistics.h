// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/timeline/unit_track.h"

#include <cstdint>
#include <map>
#include <vector>

namespace orrery::speech {

/// What can be counted in a row of units.
struct UnitStatistics
{
    struct Count
    {
        int unit = 0;
        std::int64_t frames = 0; ///< of the sound
        std::int64_t runs = 0;   ///< times that it begins
    };
    struct Transition
    {
        int from = 0, to = 0;
        std::int64_t times = 0;
    };
    std::vector<Count> counts;            ///< of units that occur, most frames first
    std::vector<std::int64_t> runLengths; ///< [i]: runs of i + 1 frames; the last entry also of longer ones
    std::vector<Transition> transitions;  ///< of one unit to another, most frequent first
    std::int64_t frames = 0, runs = 0;
    double entropyBits = 0; ///< of a frame's unit, by its share

    static constexpr int kLongestRun = 15;
};

UnitStatistics statisticsOf(const UnitTrack &units);

} // namespace orrery::speech
