// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_checks/found_things.h"
#include "engine/training/picture_world/prompt_scenes.h"

#include <memory>
#include <mutex>
#include <vector>

namespace orrery::training {

/// Finds what a shape is filled with, as "a fox in the shape of a star" and "a star made of foxes" are painted: by the
/// pattern of copies that goes on inside it.
/// Thread: any.
class FillingMatcher
{
public:
    explicit FillingMatcher(std::shared_ptr<const PromptScenes> scenes);

    /// The noun whose copies explain the inside best.
    /// @param outline  noun whose outline the thing has.
    int nearest(const CheckedPicture &picture, const FoundThing &thing, int outline, bool madeOf) const;

private:
    using Tiles = std::vector<std::vector<float>>; ///< of each noun RGB `[64, 64, 3]`, everything filled
    const Tiles &tiles(bool madeOf) const;

    std::shared_ptr<const PromptScenes> m_scenes;
    mutable std::once_flag m_made[2];
    mutable Tiles m_tiles[2];
};

} // namespace orrery::training
