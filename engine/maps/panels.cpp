// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/panels.h"

#include "engine/maps/chunks.h"
#include "engine/maps/ranked.h"

#include <algorithm>
#include <limits>

namespace orrery::maps {

namespace {

float boundOf(std::uint64_t key)
{
    const auto bits = std::uint32_t(key >> 32);
    return std::bit_cast<float>(bits & 0x80000000U ? bits & 0x7fffffffU : ~bits); // undoes sortable() of vector.h
}

} // namespace

void Panels::begin(std::int64_t points, std::int64_t d)
{
    const std::int64_t most = (points + kPanel - 1) / kPanel;
    dimensions = d;
    count = 0;
    packed.clear();
    norms.clear();
    packed.reserve(std::size_t(most * d * kPanel));
    norms.reserve(std::size_t(most * kPanel));
}

void Panels::append(const float *rows, std::int64_t n)
{
    constexpr std::int64_t kPanelsAChunk = 64;
    const std::int64_t before = count, added = (n + kPanel - 1) / kPanel;
    count += added;
    packed.resize(std::size_t(count * dimensions * kPanel));
    norms.resize(std::size_t(count * kPanel), std::numeric_limits<float>::infinity());
    forChunks((added + kPanelsAChunk - 1) / kPanelsAChunk, [&](std::int64_t chunk) {
        const std::int64_t first = chunk * kPanelsAChunk * kPanel;
        for (std::int64_t i = first; i < std::min(n, first + kPanelsAChunk * kPanel); ++i) {
            const float *from = rows + i * dimensions;
            float *to = packed.data() + (before + i / kPanel) * dimensions * kPanel + i % kPanel;
            double norm = 0;
            for (std::int64_t c = 0; c < dimensions; ++c) {
                to[c * kPanel] = from[c];
                norm += double(from[c]) * double(from[c]);
            }
            norms[std::size_t(before * kPanel + i)] = float(norm);
        }
    });
}

void prune(Candidates &list, std::int64_t kept)
{
    if (list.count <= kept)
        return;
    std::nth_element(list.keys, list.keys + kept - 1, list.keys + list.count);
    list.count = kept;
    list.bound = boundOf(list.keys[kept - 1]);
}

std::int64_t measure(Candidates &list, const Kernels &kernels, const float *rows, std::int64_t dimensions,
                     std::int64_t self)
{
    std::int64_t others = 0;
    for (std::int64_t c = 0; c < list.count; ++c) {
        const std::int64_t j = rowOf(list.keys[c]);
        if (j != self)
            list.keys[others++] =
                keyOf(kernels.squaredDistance(rows + self * dimensions, rows + j * dimensions, dimensions), j);
    }
    std::sort(list.keys, list.keys + others);
    return others;
}

} // namespace orrery::maps
