// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/jobs/maps/stages.h"
#include "engine/runtime/memory.h"

namespace orrery::maps {

/// Points in an order in which near ones are near in memory, and the way back: optimisers run faster in it. Few points
/// stay as they come. Thread: engine.
struct SortedRows
{
    static constexpr std::int64_t kScattered = 150'000; ///< from so many points on they are sorted

    std::vector<std::int32_t> rows; ///< [N] which row of the request each sorted row is; empty: as they come
    MemoryCharge charge;            ///< of the points
    Points points;                  ///< empty likewise

    const Points &of(const Points &given) const { return rows.empty() ? given : points; }

    /// `width` numbers a row of the request, in this order.
    template <std::size_t width, class T>
    std::vector<T> taken(const std::vector<T> &values) const
    {
        if (rows.empty())
            return values;
        std::vector<T> result(values.size());
        for (std::size_t i = 0; i < rows.size(); ++i)
            for (std::size_t c = 0; c < width; ++c)
                result[width * i + c] = values[width * std::size_t(rows[i]) + c];
        return result;
    }
    /// Pairs in this order, back in that of the request.
    std::vector<float> returned(std::vector<float> pairs) const;
};

/// @param sorted  to be filled. @param given  must live as long as it
Task<void> sortRows(StepPacer &pace, const Points &given, SortedRows &sorted, Share share);

} // namespace orrery::maps
