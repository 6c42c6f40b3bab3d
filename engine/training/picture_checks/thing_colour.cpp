// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_checks/thing_colour.h"

#include "engine/training/picture_world/captions.h"

#include <algorithm>
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

/// Which pixels of the picture are solid in a drawing that fills the thing's box.
class Solid
{
public:
    Solid(const FoundThing &thing, const std::uint8_t *sprite, int style) : m_thing(thing), m_sprite(sprite)
    {
        m_upsideDown = style == static_cast<int>(SceneStyle::UpsideDown);
        m_mirrored = m_upsideDown || style == static_cast<int>(SceneStyle::Mirrored);
        int x0 = kSize, y0 = kSize, x1 = 0, y1 = 0;
        for (int i = 0; i < kSize * kSize; ++i)
            if (sprite[i * 4 + 3] > 40) {
                x0 = std::min(x0, i % kSize);
                x1 = std::max(x1, i % kSize + 1);
                y0 = std::min(y0, i / kSize);
                y1 = std::max(y1, i / kSize + 1);
            }
        m_x = 0.5f * static_cast<float>(x0 + x1);
        m_y = 0.5f * static_cast<float>(y0 + y1);
        m_scale = static_cast<float>(std::max(x1 - x0, y1 - y0)) /
                  static_cast<float>(std::max(thing.x1 - thing.x0, thing.y1 - thing.y0));
    }
    /// @param reach  pixels around, which must be solid too.
    bool at(int x, int y, float reach) const
    {
        for (const float dx : {-reach, 0.0f, reach})
            for (const float dy : {-reach, 0.0f, reach})
                if (!solid(static_cast<float>(x) + 0.5f + dx, static_cast<float>(y) + 0.5f + dy))
                    return false;
        return true;
    }

private:
    bool solid(float x, float y) const
    {
        const float across = m_scale * (x - m_thing.x());
        const float down = m_scale * (y - m_thing.y());
        const int u = static_cast<int>(std::floor(m_x + (m_mirrored ? -across : across)));
        const int v = static_cast<int>(std::floor(m_y + (m_upsideDown ? -down : down)));
        return u >= 0 && v >= 0 && u < kSize && v < kSize && m_sprite[(v * kSize + u) * 4 + 3] > 140;
    }

    const FoundThing &m_thing;
    const std::uint8_t *m_sprite;
    bool m_upsideDown = false;
    bool m_mirrored = false;
    float m_x = 0, m_y = 0, m_scale = 1;
};

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
    const Solid solid(thing, sprite, style);
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
            if (solid.at(x, y, 0))
                rims.add(p);
            if (solid.at(x, y, 1))
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
