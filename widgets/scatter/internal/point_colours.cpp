// SPDX-License-Identifier: Apache-2.0
#include "widgets/scatter/internal/point_colours.h"

#include "widgets/theme/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery {

namespace {

QColor mixed(const QColor &a, const QColor &b, double share)
{
    const auto channel = [share](float x, float y) { return static_cast<float>(x + (y - x) * share); };
    return QColor::fromRgbF(channel(a.redF(), b.redF()), channel(a.greenF(), b.greenF()),
                            channel(a.blueF(), b.blueF()));
}

/// Points that say nothing: there, but behind those that do.
QColor quiet()
{
    const Colours &colours = Theme::instance().colours();
    return mixed(colours.line, colours.muted, 0.35);
}

} // namespace

int classShape(int index)
{
    return index < 7 || index >= kColouredClasses ? 0 : 1 + (index - 7) % 5;
}

int shownClass(std::int32_t classOfPoint)
{
    return classOfPoint < 0 ? -1 : std::min<int>(classOfPoint, kColouredClasses);
}

PointLooks looksOf(const ScatterColouring &colouring, std::int64_t count, int isolated)
{
    const Theme &theme = Theme::instance();
    const auto n = static_cast<std::size_t>(count);
    auto looks = std::make_shared<std::vector<std::uint32_t>>(n);
    const std::uint32_t faded = PointLook::pack(quiet(), 0, true);
    using Kind = ScatterColouring::Kind;
    // A palette first, so that a million points are a look-up each.
    std::array<std::uint32_t, 257> palette{};
    if (colouring.kind == Kind::Classes && colouring.classes.size() == n) {
        for (int i = 0; i <= kColouredClasses; ++i)
            palette[i] =
                isolated >= 0 && isolated != i ? faded : PointLook::pack(theme.classColour(i), classShape(i), false);
        for (std::size_t row = 0; row < n; ++row) {
            const int shown = shownClass(colouring.classes[row]);
            (*looks)[row] = shown < 0 ? faded : palette[shown];
        }
    } else if ((colouring.kind == Kind::Values || colouring.kind == Kind::Tint) && colouring.values.size() == n) {
        const bool tint = colouring.kind == Kind::Tint;
        for (int i = 0; i <= 256; ++i) {
            const double place = i / 256.0;
            palette[i] =
                PointLook::pack(tint ? mixed(quiet(), theme.colours().accent, place) : valueColour(place), 0, false);
        }
        const double smallest = tint ? 0 : colouring.smallest, largest = tint ? 1 : colouring.largest;
        const double factor = largest > smallest ? 256 / (largest - smallest) : 0;
        for (std::size_t row = 0; row < n; ++row) {
            const double value = colouring.values[row];
            (*looks)[row] =
                std::isnan(value)
                    ? faded
                    : palette[static_cast<std::size_t>(std::clamp((value - smallest) * factor, 0.0, 256.0))];
        }
    } else {
        std::fill(looks->begin(), looks->end(),
                  PointLook::pack(mixed(theme.colours().accent, quiet(), 0.25), 0, false));
    }
    return looks;
}

} // namespace orrery
