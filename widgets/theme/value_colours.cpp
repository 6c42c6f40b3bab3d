// SPDX-License-Identifier: Apache-2.0
#include "widgets/theme/value_colours.h"

#include "widgets/theme/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery {

QColor cividis(double place)
{
    // Every seventeenth entry of the published table of 256, with straight lines between.
    static constexpr std::array<std::array<int, 3>, 16> kTable{{{0, 34, 78},
                                                                {0, 46, 108},
                                                                {30, 58, 111},
                                                                {53, 69, 108},
                                                                {71, 81, 108},
                                                                {87, 93, 109},
                                                                {102, 105, 112},
                                                                {117, 117, 117},
                                                                {132, 130, 121},
                                                                {148, 142, 119},
                                                                {165, 156, 116},
                                                                {183, 169, 110},
                                                                {200, 184, 102},
                                                                {219, 199, 90},
                                                                {238, 214, 73},
                                                                {254, 232, 56}}};
    const double at = std::isfinite(place) ? std::clamp(place, 0.0, 1.0) * (kTable.size() - 1) : 0;
    const auto lower = std::min(static_cast<std::size_t>(at), kTable.size() - 2);
    const auto channel = [&](int i) {
        return static_cast<int>(
            std::lround(kTable[lower][i] + (kTable[lower + 1][i] - kTable[lower][i]) * (at - double(lower))));
    };
    return QColor(channel(0), channel(1), channel(2));
}

QColor valueColour(double place)
{
    const double shown = std::isfinite(place) ? std::clamp(place, 0.0, 1.0) : 0;
    return Theme::instance().dark() ? cividis(0.25 + 0.75 * shown) : cividis(0.92 * shown);
}

} // namespace orrery
