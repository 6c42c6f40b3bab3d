// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/maps/sorted_rows.h"

#include "engine/maps/chunks.h"
#include "engine/maps/partition.h"

#include <algorithm>

namespace orrery::maps {

std::vector<float> SortedRows::returned(std::vector<float> pairs) const
{
    if (rows.empty())
        return pairs;
    constexpr std::int64_t kRowsAChunk = 16384;
    const auto count = std::int64_t(rows.size());
    std::vector<float> result(pairs.size());
    forChunks((count + kRowsAChunk - 1) / kRowsAChunk, [&](std::int64_t chunk) {
        const std::int64_t last = std::min(count, (chunk + 1) * kRowsAChunk);
        for (auto i = std::size_t(chunk * kRowsAChunk); i < std::size_t(last); ++i)
            for (std::size_t c = 0; c < 2; ++c)
                result[2 * std::size_t(rows[i]) + c] = pairs[2 * i + c];
    });
    return result;
}

Task<void> sortRows(StepPacer &pace, const Points &given, SortedRows &sorted, Share share)
{
    constexpr std::int64_t kNumbersAStep = 2'000'000;
    if (given.count < SortedRows::kScattered)
        co_return;
    Partition partition(given);
    Task<void> cutting = finish(pace, partition, share, "Sorting the points");
    co_await std::move(cutting);
    sorted.rows = partition.takeOrder();
    const std::int64_t atOnce = std::max<std::int64_t>(1, kNumbersAStep / given.dimensions);
    sorted.charge = MemoryCharge(given.values.size() * sizeof(float));
    sorted.points = {given.count, given.dimensions, {}};
    sorted.points.values.reserve(given.values.size());
    for (std::int64_t i = 0; i < given.count; ++i) {
        const float *row = given.row(sorted.rows[std::size_t(i)]);
        sorted.points.values.insert(sorted.points.values.end(), row, row + given.dimensions);
        if (i % atOnce == 0 && pace.due())
            co_await pace.step();
    }
}

} // namespace orrery::maps
