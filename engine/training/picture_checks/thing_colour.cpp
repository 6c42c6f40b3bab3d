// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_checks/thing_colour.h"

#include "engine/training/picture_checks/sprite_box.h"
#include "engine/training/picture_world/captions.h"

#include <cmath>

namespace orrery::training {

namespace {

constexpr int kSize = CheckedPicture::kSize;
constexpr int kFewest = 12;          ///< pixels without rims; with fewer the rims count too
constexpr float kLikeGround = 0.11f; ///< difference to the ground in every channel

/// CIE 1976 L*a*b* of sRGB, white point D65 (IEC 61966-2-1; CIE 15).
std::array<float, 3> lab(const std::array<float, 3> &rgb)
{
    const auto linear = [](float v) { return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f); };
    const float r = linear(rgb[0]);
    const float g = linear(rgb[1]);
    const float b = linear(rgb[2]);
    const auto f = [](float t) { return t > 0.008856f ? std::cbrt(t) : 7.787f * t + 16.0f / 116; };
    const float x = f((0.4124f * r + 0.3576f * g + 0.1805f * b) / 0.9505f);
    const float y = f(0.2126f * r + 0.7152f * g + 0.0722f * b);
    const float z = f((0.0193f * r + 0.1192f * g + 0.9505f * b) / 1.0890f);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// Whether a pixel and those within `reach` around it are solid in the drawing.
bool isSolid(const SpriteBox &box, int x, int y, float reach)
{
    for (const float dx : {-reach, 0.0f, reach})
        for (const float dy : {-reach, 0.0f, reach}) {
            const std::uint8_t *p = box.at(static_cast<float>(x) + 0.5f + dx, static_cast<float>(y) + 0.5f + dy);
            if (!p || p[3] <= 140)
                return false;
        }
    return true;
}

struct Mean
{
    double sum[3] = {};
    int count = 0;
    void add(const float *p)
    {
        ++count;
        for (int c = 0; c < 3; ++c)
            sum[c] += p[c];
    }
};

int nearestColour(const Mean &mean)
{
    const double n = mean.count;
    const std::array<float, 3> own = lab({static_cast<float>(mean.sum[0] / n), static_cast<float>(mean.sum[1] / n),
                                          static_cast<float>(mean.sum[2] / n)});
    int best = -1;
    float nearest = 0;
    const auto colours = namedColours();
    for (int i = 0; i < static_cast<int>(colours.size()); ++i) {
        const std::array<float, 3> named = lab(colours[i].colour);
        const float distance = std::hypot(own[0] - named[0], own[1] - named[1], own[2] - named[2]);
        if (best < 0 || distance < nearest) {
            best = i;
            nearest = distance;
        }
    }
    return best;
}

} // namespace

int colourOf(const CheckedPicture &picture, const FoundThing &thing, const std::array<float, 3> &ground,
             const std::uint8_t *sprite, int style)
{
    const SpriteBox box(thing, sprite, style);
    Mean core, rims, inked, all;
    for (int y = thing.y0; y < thing.y1; ++y)
        for (int x = thing.x0; x < thing.x1; ++x) {
            if (!thing.inside[y * kSize + x])
                continue;
            const float *p = picture.at(x, y);
            all.add(p);
            if (std::abs(p[0] - ground[0]) > kLikeGround || std::abs(p[1] - ground[1]) > kLikeGround ||
                std::abs(p[2] - ground[2]) > kLikeGround)
                inked.add(p);
            if (isSolid(box, x, y, 0))
                rims.add(p);
            if (isSolid(box, x, y, 1))
                core.add(p);
        }
    // Of a line drawing only the lines have the colour.
    if (style == static_cast<int>(SceneStyle::LineDrawing) && inked.count > 0)
        return nearestColour(inked);
    for (const Mean &mean : {core, rims, all})
        if (mean.count >= kFewest)
            return nearestColour(mean);
    return all.count > 0 ? nearestColour(all) : -1;
}

} // namespace orrery::training
