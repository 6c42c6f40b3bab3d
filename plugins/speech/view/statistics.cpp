// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/statistics.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace orrery::speech {

UnitStatistics statisticsOf(const UnitTrack &units)
{
    UnitStatistics result;
    result.runLengths.resize(UnitStatistics::kLongestRun);
    std::map<int, UnitStatistics::Count> counts;
    std::map<std::pair<int, int>, std::int64_t> transitions;
    const std::vector<UnitTrack::Run> runs = units.runs();
    for (std::size_t i = 0; i < runs.size(); ++i) {
        UnitStatistics::Count &count = counts[runs[i].unit];
        count.unit = runs[i].unit;
        count.frames += runs[i].frames();
        ++count.runs;
        result.frames += runs[i].frames();
        ++result.runLengths[std::size_t(std::min<std::int64_t>(runs[i].frames(), UnitStatistics::kLongestRun) - 1)];
        if (i > 0 && runs[i].begin == runs[i - 1].end)
            ++transitions[{runs[i - 1].unit, runs[i].unit}];
    }
    result.runs = std::int64_t(runs.size());
    for (const auto &[unit, count] : counts) {
        result.counts.push_back(count);
        const double share = double(count.frames) / double(result.frames);
        result.entropyBits -= share * std::log2(share);
    }
    for (const auto &[pair, times] : transitions)
        result.transitions.push_back({pair.first, pair.second, times});
    std::ranges::stable_sort(result.counts, std::greater<>(), &UnitStatistics::Count::frames);
    std::ranges::stable_sort(result.transitions, std::greater<>(), &UnitStatistics::Transition::times);
    return result;
}

} // namespace orrery::speech
