// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace orrery {

/// Pixels as they cross threads: sRGB, row by row from the top left, already upright and composed on white.
struct Picture
{
    int width = 0;                 ///< pixels
    int height = 0;                ///< pixels
    std::vector<std::uint8_t> rgb; ///< height × width × 3

    bool empty() const { return rgb.empty(); }
};

/// Where a job takes a picture from: pixels at hand (a sketch), or a file that the engine's helper thread decodes.
struct PictureSource
{
    std::string path; ///< used when `pixels` is empty; also the name that errors and results carry
    Picture pixels;
};

} // namespace orrery
