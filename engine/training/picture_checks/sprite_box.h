// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_checks/found_things.h"

namespace orrery::training {

/// Lays a drawing over a thing that was found, box on box, so that every pixel of the thing has its place in it.
class SpriteBox
{
public:
    /// @param sprite  straight RGBA, `[64, 64, 4]`; must outlive this.
    /// @param style   SceneStyle in which it was drawn, for the turned ones; −1: none.
    SpriteBox(const FoundThing &thing, const std::uint8_t *sprite, int style = -1);

    /// Index of the drawing's pixel under a point of the picture; −1 outside.
    int index(float x, float y) const;
    /// RGBA under a point of the picture; null outside.
    const std::uint8_t *at(float x, float y) const
    {
        const int i = index(x, y);
        return i < 0 ? nullptr : m_sprite + static_cast<std::ptrdiff_t>(i) * 4;
    }

private:
    const std::uint8_t *m_sprite;
    float m_thingX, m_thingY;
    float m_x = 0, m_y = 0, m_scale = 1;
    bool m_upsideDown = false;
    bool m_mirrored = false;
};

} // namespace orrery::training
