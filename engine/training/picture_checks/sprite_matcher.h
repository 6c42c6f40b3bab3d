// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_checks/found_things.h"
#include "engine/training/picture_world/prompt_scenes.h"

#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace orrery::training {

/// Finds which noun a thing in a picture looks most like, by shape and by light and shade, never by hue: a recoloured
/// drawing is still that drawing. Plain matching of thumbnails; no network.
/// Thread: any.
class SpriteMatcher
{
public:
    explicit SpriteMatcher(std::shared_ptr<const PromptScenes> scenes);

    /// How the nouns are drawn that the thing is compared to.
    struct Manner
    {
        int style = -1;      ///< SceneStyle; −1: none
        int background = -1; ///< index of namedColours; −1: white
        int colour = -1;     ///< index of namedColours; −1: the drawings' own
        auto operator<=>(const Manner &) const = default;
    };
    struct Match
    {
        int noun = -1;
        float score = 0; ///< up to 1.5; the same drawing at the same size reaches about 1.3
    };
    /// The nearest nouns, best first, in whichever of the manners suits each best: paint in one colour flattens some of
    /// a drawing's light and shade, so a picture of "a white fox" is also compared to white drawings of all nouns.
    std::vector<Match> nearest(const CheckedPicture &picture, const FoundThing &thing,
                               const std::vector<Manner> &manners, int count = 2) const;
    /// Nouns whose outline alone is like the thing's, best first; `score` is the part that both cover.
    std::vector<Match> nearestOutlines(const CheckedPicture &picture, const FoundThing &thing, int count) const;

    static constexpr int kThumb = 24;
    /// A thing in its own box, which is fitted into a square.
    struct Thumb
    {
        std::vector<float> cover; ///< how much of each cell is inside, `[24, 24]`
        std::vector<float> light; ///< light there, mean taken off, in units of its spread
    };

private:
    using Bank = std::vector<std::vector<Thumb>>; ///< of each noun: at several sizes
    std::shared_ptr<const Bank> bank(const Manner &manner) const;

    std::shared_ptr<const PromptScenes> m_scenes;
    mutable std::mutex m_mutex;
    mutable std::map<Manner, std::shared_ptr<const Bank>> m_banks;
};

} // namespace orrery::training
