// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_checks/sprite_box.h"

#include "engine/training/picture_world/captions.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr int kSize = CheckedPicture::kSize;

} // namespace

SpriteBox::SpriteBox(const FoundThing &thing, const std::uint8_t *sprite, int style)
    : m_sprite(sprite), m_thingX(thing.x()), m_thingY(thing.y())
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
    m_scale = static_cast<float>(std::max({1, x1 - x0, y1 - y0})) /
              static_cast<float>(std::max({1, thing.x1 - thing.x0, thing.y1 - thing.y0}));
}

int SpriteBox::index(float x, float y) const
{
    const float across = m_scale * (x - m_thingX);
    const float down = m_scale * (y - m_thingY);
    const int u = static_cast<int>(std::floor(m_x + (m_mirrored ? -across : across)));
    const int v = static_cast<int>(std::floor(m_y + (m_upsideDown ? -down : down)));
    return u >= 0 && v >= 0 && u < kSize && v < kSize ? v * kSize + u : -1;
}

} // namespace orrery::training
