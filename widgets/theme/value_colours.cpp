// SPDX-License-Identifier: Apache-2.0
#include "widgets/theme/value_colours.h"

#include "widgets/theme/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery {

namespace {

/// Every seventeenth entry of a published table of 256.
using Table = std::array<std::array<int, 3>, 16>;

/// Straight lines between the entries.
QColor between(const Table &table, double place)
{
    const double at = std::isfinite(place) ? std::clamp(place, 0.0, 1.0) * (table.size() - 1) : 0;
    const auto lower = std::min(static_cast<std::size_t>(at), table.size() - 2);
    const auto channel = [&](std::size_t i) {
        return static_cast<int>(
            std::lround(table[lower][i] + (table[lower + 1][i] - table[lower][i]) * (at - double(lower))));
    };
    return QColor(channel(0), channel(1), channel(2));
}

} // namespace

QColor cividis(double place)
{
    static constexpr Table kTable{{{0, 34, 78},
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
    return between(kTable, place);
}

QColor magma(double place)
{
    static constexpr Table kTable{{{0, 0, 4},
                                   {11, 9, 36},
                                   {32, 17, 75},
                                   {59, 15, 112},
                                   {87, 21, 126},
                                   {114, 31, 129},
                                   {140, 41, 129},
                                   {168, 50, 125},
                                   {196, 60, 117},
                                   {222, 73, 104},
                                   {241, 96, 93},
                                   {250, 127, 94},
                                   {254, 159, 109},
                                   {254, 191, 132},
                                   {253, 222, 160},
                                   {252, 253, 191}}};
    return between(kTable, place);
}

QColor valueColour(double place)
{
    const double shown = std::isfinite(place) ? std::clamp(place, 0.0, 1.0) : 0;
    return Theme::instance().dark() ? cividis(0.25 + 0.75 * shown) : cividis(0.92 * shown);
}

} // namespace orrery
