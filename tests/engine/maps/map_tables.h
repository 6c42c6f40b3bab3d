// SPDX-License-Identifier: Apache-2.0
/// For tests of jobs, which see the engine as programs do.
#pragma once

#include "engine/files/npy.h"

#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace orrery::test {

inline std::shared_ptr<const NpyMatrix> table(std::int64_t rows, std::int64_t columns, std::vector<float> values)
{
    return std::make_shared<NpyMatrix>(NpyMatrix{rows, columns, std::move(values)});
}

/// Uniform in [0, 1).
inline std::shared_ptr<const NpyMatrix> randomTable(std::int64_t rows, std::int64_t columns)
{
    std::mt19937 random(3); // NOLINT: the same numbers every time
    std::vector<float> values(std::size_t(rows * columns));
    for (float &value : values)
        value = float(random() >> 8) * 0x1p-24F;
    return table(rows, columns, std::move(values));
}

} // namespace orrery::test
