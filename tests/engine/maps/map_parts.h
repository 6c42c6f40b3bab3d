// SPDX-License-Identifier: Apache-2.0
/// For tests with the engine linked in.
#pragma once

#include "engine/maps/neighbours.h"
#include "engine/maps/points.h"
#include "engine/runtime/generator.h"

#include <ATen/Parallel.h>

#include <cstdint>

namespace orrery::test {

/// What a part of a map comes to.
template <class Part>
auto finished(Part &&part)
{
    while (!part.done())
        part.step();
    return part.take();
}

inline maps::Neighbours nearest(const maps::Points &points, std::int64_t k)
{
    return finished(maps::NeighbourSearch(points, k));
}

/// Ten clusters on a ring, in twelve dimensions: row i belongs to cluster i % 10.
inline maps::Points clusters(std::int64_t count)
{
    Generator generator(5);
    maps::Points points{count, 12, {}};
    for (std::int64_t i = 0; i < count; ++i)
        for (std::int64_t c = 0; c < 12; ++c)
            points.values.push_back(float(generator.normal() + (c == i % 10 ? 8 : 0)));
    return maps::centred(points.values.data(), count, 12);
}

/// Of the first 300 points of a map [N, 2] of `clusters`: those whose nearest point is of their cluster.
inline int amongTheirOwn(const std::vector<float> &map)
{
    const maps::Points points{std::int64_t(map.size() / 2), 2, map};
    const maps::Neighbours nearestOnes = nearest(points, 1);
    int own = 0;
    for (std::int64_t i = 0; i < 300; ++i)
        own += nearestOnes.index[std::size_t(i)] % 10 == i % 10 ? 1 : 0;
    return own;
}

/// As many threads as asked for, while this lives.
class Threads
{
public:
    explicit Threads(int count) : m_before(at::get_num_threads()) { at::set_num_threads(count); }
    ~Threads() { at::set_num_threads(m_before); }
    Threads(const Threads &) = delete;
    Threads &operator=(const Threads &) = delete;

private:
    int m_before;
};

} // namespace orrery::test
