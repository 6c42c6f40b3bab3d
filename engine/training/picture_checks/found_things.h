// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace orrery::training {

/// A picture as the checks look at it: RGB in [0, 1], `[64, 64, 3]`.
struct CheckedPicture
{
    static constexpr int kSize = 64;
    std::vector<float> rgb = std::vector<float>(kSize * kSize * 3);

    /// @param planes  `[3, 64, 64]` as PromptScenes paints them.
    static CheckedPicture fromPlanes(const std::uint8_t *planes);
    /// @param pixels  `[64, 64, 3]`.
    static CheckedPicture fromPixels(const std::uint8_t *pixels);
    const float *at(int x, int y) const { return &rgb[(static_cast<std::size_t>(y) * kSize + x) * 3]; }
};

/// The colour of the picture's ground: the median along its rim, channel by channel.
std::array<float, 3> groundColour(const CheckedPicture &picture);

/// Something that stands out from the ground.
struct FoundThing
{
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0; ///< box in pixels, x1 and y1 outside
    int area = 0;                       ///< pixels, holes included
    std::vector<std::uint8_t> inside;   ///< 1 where it is, `[64, 64]`; what it encloses belongs to it

    float x() const { return 0.5f * static_cast<float>(x0 + x1); }
    float y() const { return 0.5f * static_cast<float>(y0 + y1); }
};

/// Connected pieces of what differs from the ground, the largest first. Splinters are joined to the thing that they
/// lie beside, and specks are dropped, because drawings come apart where they are thin and sampled pictures have dirt.
std::vector<FoundThing> findThings(const CheckedPicture &picture, const std::array<float, 3> &ground);

} // namespace orrery::training
