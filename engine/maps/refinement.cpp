// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/refinement.h"

#include "engine/maps/chunks.h"
#include "engine/maps/ranked.h"

#include <algorithm>
#include <bit>

namespace orrery::maps {

namespace {

constexpr std::int64_t kRowsAChunk = 512, kChunksAStep = 16;

/// Rows that were met before: open addressing.
class Met
{
public:
    explicit Met(std::size_t most) : m_rows(std::bit_ceil(4 * most)) {}

    void clear() { std::fill(m_rows.begin(), m_rows.end(), -1); }
    /// @return whether it was not met before
    bool add(std::int32_t row)
    {
        const std::size_t mask = m_rows.size() - 1;
        for (std::size_t at = (std::uint32_t(row) * 2654435769U >> 7) & mask;; at = (at + 1) & mask) {
            if (m_rows[at] == row)
                return false;
            if (m_rows[at] < 0) {
                m_rows[at] = row;
                return true;
            }
        }
    }

private:
    std::vector<std::int32_t> m_rows;
};

} // namespace

Refinement::Refinement(const Points &points, Neighbours &neighbours, std::int64_t width, const Kernels &kernels)
    : m_points(points), m_neighbours(neighbours), m_kernels(kernels), m_width(std::min(width, neighbours.k))
{
    m_before.reserve(std::size_t(points.count * m_width));
}

void Refinement::step()
{
    constexpr std::int64_t kRowsCopied = 262144;
    if (m_copied < m_points.count) {
        const std::int64_t last = std::min(m_points.count, m_copied + kRowsCopied);
        for (; m_copied < last; ++m_copied) {
            const auto row = m_neighbours.index.begin() + m_copied * m_neighbours.k;
            m_before.insert(m_before.end(), row, row + m_width);
        }
        return;
    }
    const std::int64_t first = m_next;
    m_next = std::min(m_points.count, first + kRowsAChunk * kChunksAStep);
    forChunks((m_next - first + kRowsAChunk - 1) / kRowsAChunk, [&](std::int64_t chunk) {
        const std::int64_t from = first + chunk * kRowsAChunk;
        better(from, std::min(m_next, from + kRowsAChunk));
    });
}

void Refinement::better(std::int64_t first, std::int64_t last)
{
    const std::int64_t k = m_neighbours.k, d = m_points.dimensions;
    Met met(std::size_t(k + m_width * m_width + 1));
    std::vector<std::int32_t> candidates;
    std::vector<std::uint64_t> keys;
    for (std::int64_t i = first; i < last; ++i) {
        std::int32_t *index = m_neighbours.index.data() + i * k;
        float *square = m_neighbours.squaredDistance.data() + i * k;
        met.clear();
        met.add(std::int32_t(i));
        for (std::int64_t c = 0; c < k; ++c)
            met.add(index[c]);
        candidates.clear();
        for (std::int64_t c = 0; c < m_width; ++c) {
            const std::int32_t *theirs = m_before.data() + index[c] * m_width;
            for (std::int64_t b = 0; b < m_width; ++b)
                if (met.add(theirs[b]))
                    candidates.push_back(theirs[b]);
        }
        keys.clear();
        const float furthest = square[k - 1];
        for (const std::int32_t j : candidates)
            if (const float near = m_kernels.squaredDistance(m_points.row(i), m_points.row(j), d); near < furthest)
                keys.push_back(keyOf(near, j));
        if (keys.empty())
            continue;
        for (std::int64_t c = 0; c < k; ++c)
            keys.push_back(keyOf(square[c], index[c]));
        std::nth_element(keys.begin(), keys.begin() + k - 1, keys.end());
        std::sort(keys.begin(), keys.begin() + k);
        m_neighbours.keep(i, keys.data());
    }
}

} // namespace orrery::maps
