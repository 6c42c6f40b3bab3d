// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/unit_colours.h"

#include "widgets/theme/theme.h"

#include <array>
#include <cmath>

namespace orrery {

QColor unitColour(int unit)
{
    // Steps of the golden ratio along the circle of hues never come close to an earlier one soon.
    constexpr double kGolden = 0.6180339887498949;
    static constexpr std::array<double, 3> kLightness{0.62, 0.46, 0.76}, kSaturation{0.62, 0.5, 0.72};
    if (unit < 0)
        return Theme::instance().colours().line;
    const double turns = unit * kGolden;
    const auto kind = static_cast<std::size_t>(unit % 3);
    return QColor::fromHslF(float(turns - std::floor(turns)), float(kSaturation[kind]), float(kLightness[kind]));
}

QColor textOn(const QColor &ground)
{
    return Theme::contrast(ground, Qt::black) >= Theme::contrast(ground, Qt::white) ? Qt::black : Qt::white;
}

} // namespace orrery
