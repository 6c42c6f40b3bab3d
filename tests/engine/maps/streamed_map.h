// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/maps.h"
#include "tests/engine/job_engine.h"

#include <any>
#include <atomic>
#include <cstddef>

namespace orrery::test {

/// A whole map, and how often all its positions came before it was finished.
struct StreamedMap
{
    Result<maps::EmbedResult> result;
    int partials = 0;
};
inline StreamedMap streamedMap(JobEngine &engine, const maps::EmbedRequest &request)
{
    const auto numbers = 2 * std::size_t(request.points->rows);
    std::atomic<int> partials{0};
    const auto listen = [&](const Progress &progress) {
        const auto *partial = std::any_cast<maps::EmbedPartial>(&progress.partial);
        partials += partial && partial->positions.size() == numbers ? 1 : 0;
    };
    Result<maps::EmbedResult> result = engine.thread().submit(maps::kEmbed, request, {}, {}, listen).wait();
    return {std::move(result), partials};
}

} // namespace orrery::test
