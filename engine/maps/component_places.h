// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace orrery::maps {

/// Where the parts of a graph that no connection joins lie on a map: each around the mean of its points on the plane of
/// the principal components, within half of the way to the nearest other part. The graph itself cannot say where.
/// Thread: any.
class ComponentPlaces
{
public:
    /// @param plane  [N, 2]. @param labels  [N] in [0, count)
    ComponentPlaces(const std::vector<float> &plane, const std::vector<std::int32_t> &labels, std::int64_t count);

    const std::vector<float> &centres() const { return m_centres; } ///< [parts, 2]
    /// @param distances  [parts] of each centre to the nearest other
    void setNearest(const std::vector<float> &distances) { m_nearest = distances; }
    const std::vector<std::int32_t> &members(std::int64_t part) const { return m_members[std::size_t(part)]; }

    /// A part takes its place. @param shape  [members, 2] its own layout, of any size and anywhere
    void place(std::int64_t part, const std::vector<float> &shape);
    /// A part without a layout of its own lies as on the plane.
    void placeAsOnPlane(std::int64_t part);
    std::vector<float> take() { return std::move(m_places); } ///< [N, 2]

private:
    const std::vector<float> &m_plane;
    std::vector<std::vector<std::int32_t>> m_members;
    std::vector<float> m_centres, m_nearest, m_places;
};

} // namespace orrery::maps
