// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/neighbour_recall.h"

#include "engine/runtime/generator.h"

#include <algorithm>

namespace orrery::maps {

std::vector<std::int64_t> drawnRows(std::int64_t some, std::int64_t count, std::uint64_t seed, std::uint32_t stream)
{
    Generator generator(seed, 0, stream);
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < some; ++i)
        rows.push_back(generator.below(count));
    return rows;
}

RecallEstimate::RecallEstimate(const Points &points, const Neighbours &found, std::uint64_t seed,
                               const Kernels &kernels)
    : m_found(found), m_rows(drawnRows(kRows, points.count, seed, 0x726563)), m_search(points, found.k, kernels, m_rows)
{}

double RecallEstimate::recall()
{
    const Neighbours truth = m_search.take();
    const auto k = std::size_t(truth.k);
    std::int64_t right = 0;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const float furthest = truth.squaredDistance[i * k + k - 1];
        const auto row = m_found.squaredDistance.begin() + std::int64_t(std::size_t(m_rows[i]) * k);
        right += std::count_if(row, row + std::int64_t(k), [&](float square) { return square <= furthest; });
    }
    return double(right) / double(m_rows.size() * k);
}

} // namespace orrery::maps
