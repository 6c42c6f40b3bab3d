// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/speech/unit_tracker.h"

#include "engine/core/error.h"

namespace orrery::speech {

std::vector<StreamFeed::Unit> UnitTracker::update(std::int64_t first, const std::vector<int> &units,
                                                  std::int64_t settled, double heardMs)
{
    if (first != std::int64_t(m_settled) || settled < first || settled > first + std::int64_t(units.size()))
        throw Exception(ErrorCode::Internal, "A stream told frames out of order");
    std::vector<StreamFeed::Unit> news;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const std::int64_t frame = first + std::int64_t(i);
        const bool known = i < m_waiting.size();
        const bool other = known && m_waiting[i].unit != units[i];
        if (!known)
            m_waiting.push_back({units[i], heardMs});
        if (other) {
            ++m_changed;
            m_waiting[i].unit = units[i];
        }
        if (!known || other || frame < settled)
            news.push_back({frame, units[i], frame < settled, 0});
    }
    for (; std::int64_t(m_settled) < settled; ++m_settled) {
        m_settleMs += heardMs - m_waiting.front().sinceMs;
        m_waiting.pop_front();
    }
    return news;
}

} // namespace orrery::speech
