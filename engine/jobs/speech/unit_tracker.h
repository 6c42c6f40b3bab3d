// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/speech.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace orrery::speech {

/// Follows provisional units until they are settled, and counts. Thread: one.
class UnitTracker
{
public:
    /// @param first    frame of units[0]; the first one that was not settled before
    /// @param settled  frames before this one are settled now
    /// @param heardMs  how much sound has been heard
    /// @return what is new, changed or newly settled, in order
    std::vector<StreamFeed::Unit> update(std::int64_t first, const std::vector<int> &units, std::int64_t settled,
                                         double heardMs);

    std::uint64_t changed() const { return m_changed; }
    std::uint64_t settled() const { return m_settled; }
    double settleMs() const { return m_settled ? m_settleMs / double(m_settled) : 0; }

private:
    struct Provisional
    {
        int unit;
        double sinceMs;
    };
    std::deque<Provisional> m_waiting; ///< from frame m_settled on
    std::uint64_t m_changed = 0, m_settled = 0;
    double m_settleMs = 0; ///< sum
};

} // namespace orrery::speech
