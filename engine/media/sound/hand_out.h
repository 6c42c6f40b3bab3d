// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace orrery::media {

/// Copies samples that are ready, in pieces of any size.
/// @param next  first of `ready` that was not handed out yet
/// @param fill  called when all were: puts the next ones into `ready` and `next` to 0; leaves none at the end
/// @return how many samples; fewer than `most` only at the end
template <class Fill>
std::size_t handOut(std::vector<float> &ready, std::size_t &next, float *samples, std::size_t most, const Fill &fill)
{
    std::size_t have = 0;
    while (have < most) {
        if (next == ready.size())
            fill();
        const std::size_t some = std::min(most - have, ready.size() - next);
        if (some == 0)
            break;
        std::copy_n(ready.data() + next, some, samples + have);
        next += some;
        have += some;
    }
    return have;
}

} // namespace orrery::media
