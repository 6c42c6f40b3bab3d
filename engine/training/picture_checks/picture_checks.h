// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_checks/filling_matcher.h"
#include "engine/training/picture_checks/sign_reader.h"
#include "engine/training/picture_checks/sprite_matcher.h"
#include "engine/training/picture_world/prompt_scenes.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

/// Something found in a picture, and what it looks like.
struct SeenThing
{
    float x = 0, y = 0; ///< centre of its box in pixels
    int area = 0;       ///< pixels
    int noun = -1;      ///< index of PromptScenes::nouns, the nearest by shape
    float score = 0;    ///< SpriteMatcher::Match
    int colour = -1;    ///< index of namedColours
};

/// What of a prompt came true. What the prompt does not say is true.
struct PictureVerdict
{
    bool noun = false; ///< at least half of the things are the noun; of a relation: one of them is; ShapeOf: it is
                       ///< filled with it; MadeOf: it has its outline; Sign: the word can be read
    bool other =
        false; ///< relation: one thing is the second noun; ShapeOf: its outline; MadeOf: what it is filled with
    bool colour = false;           ///< noun, and its colour; in a relation both colours
    bool count = false;            ///< noun, and as many things as asked for, more than half of them the noun
    bool position = false;         ///< noun and other, and one lies where the sentence says, seen from the other
    std::string word;              ///< read off a sign
    std::vector<SeenThing> things; ///< the largest first

    /// Everything that the prompt says.
    bool all() const { return noun && other && colour && count && position; }
};

/// Plain checks of a picture against its prompt: connected pieces on the ground, nearest sprite by shape, mean colour,
/// count, places. No network, and not the model that reranks: it must not judge its own choice.
/// Thread: any.
class PictureChecks
{
public:
    explicit PictureChecks(std::shared_ptr<const PromptScenes> scenes);

    PictureVerdict check(const PromptSpec &spec, const CheckedPicture &picture) const;
    const PromptScenes &scenes() const { return *m_scenes; }

private:
    void checkThings(const PromptSpec &spec, PictureVerdict &verdict) const;
    void checkTogether(const PromptSpec &spec, PictureVerdict &verdict) const;
    void checkRelation(const PromptSpec &spec, PictureVerdict &verdict) const;
    void checkFilled(const PromptSpec &spec, const CheckedPicture &picture, const std::vector<FoundThing> &found,
                     PictureVerdict &verdict) const;

    std::shared_ptr<const PromptScenes> m_scenes;
    SpriteMatcher m_matcher;
    FillingMatcher m_fillings;
    SignReader m_reader;
};

} // namespace orrery::training
