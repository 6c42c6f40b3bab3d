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
