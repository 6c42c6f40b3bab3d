// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/component_places.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace orrery::maps {

ComponentPlaces::ComponentPlaces(const std::vector<float> &plane, const std::vector<std::int32_t> &labels,
                                 std::int64_t count)
    : m_plane(plane), m_members(std::size_t(count)), m_centres(std::size_t(2 * count)),
      m_nearest(std::size_t(count), 0.0F), m_places(plane.size())
{
    std::vector<double> sums(std::size_t(2 * count), 0.0);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto part = std::size_t(labels[i]);
        m_members[part].push_back(std::int32_t(i));
        sums[2 * part] += double(plane[2 * i]);
        sums[2 * part + 1] += double(plane[2 * i + 1]);
    }
    for (std::size_t c = 0; c < sums.size(); ++c)
        m_centres[c] = float(sums[c] / double(m_members[c / 2].size()));
}

void ComponentPlaces::place(std::int64_t part, const std::vector<float> &shape)
{
    const std::vector<std::int32_t> &members = m_members[std::size_t(part)];
    double mean[2] = {0, 0};
    for (std::size_t i = 0; i < shape.size(); ++i)
        mean[i % 2] += double(shape[i]) / double(members.size());
    double furthest = 0;
    for (std::size_t i = 0; i < shape.size(); i += 2)
        furthest = std::max(furthest, std::hypot(double(shape[i]) - mean[0], double(shape[i + 1]) - mean[1]));
    const double radius = double(m_nearest[std::size_t(part)]) / 2, scale = furthest > 0 ? radius / furthest : 0;
    for (std::size_t i = 0; i < members.size(); ++i)
        for (std::size_t c = 0; c < 2; ++c)
            m_places[2 * std::size_t(members[i]) + c] =
                float(double(m_centres[2 * std::size_t(part) + c]) + (double(shape[2 * i + c]) - mean[c]) * scale);
}

void ComponentPlaces::placeAsOnPlane(std::int64_t part)
{
    std::vector<float> shape;
    for (const std::int32_t i : m_members[std::size_t(part)])
        shape.insert(shape.end(), {m_plane[2 * std::size_t(i)], m_plane[2 * std::size_t(i) + 1]});
    place(part, shape);
}

} // namespace orrery::maps
