// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_world/captions.h"
#include "engine/training/picture_world/composer.h"
#include "engine/training/picture_world/picture_world.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::training {

/// A prompt of the models that draw, taken apart.
struct PromptSpec
{
    enum class Kind
    {
        Things,   ///< "two red foxes on a blue background", "a line drawing of a fox", "a small fox"
        Relation, ///< "a red fox left of a bell"
        Together, ///< "two foxes and a red bell"
        ShapeOf,  ///< "a fox in the shape of a star"
        MadeOf,   ///< "a star made of foxes"
        Sign,     ///< "a sign that says cat"
    };
    Kind kind = Kind::Things;
    int noun = 0;         ///< index of PromptScenes::nouns
    int other = -1;       ///< second noun of Relation, Together, ShapeOf and MadeOf
    int count = 1;        ///< 1 … 4
    int otherCount = 1;   ///< of the second noun of Together; together with `count` at most 4
    int colour = -1;      ///< index of colourPhrases; −1: the drawing's own
    int otherColour = -1; ///< of the second noun of a Relation or Together
    int background = -1;  ///< index of namedColours; −1: white
    int size = 0;         ///< −1 small, 0 as it comes, 1 big
    int style = -1;       ///< SceneStyle; −1: none
    int relation = 0;     ///< left of, right of, above, below
    std::string word;     ///< of a sign
    std::string caption;
};

/// Pictures for models that draw: one artist's hand, calm places, and richer sentences than Composer's, because a
/// sentence of chips (count, colour, noun, position, style, background) must all come true at once.
/// What it makes depends on (seed, index) alone. Thread: any; immutable after construction.
class PromptScenes
{
public:
    explicit PromptScenes(std::shared_ptr<const PictureWorld> world, std::uint64_t seed = 1);

    /// What can be drawn: things whose drawings differ enough to be told apart, chosen by rule (see the .cpp).
    const std::vector<std::string> &nouns() const { return m_nouns; }
    /// Straight RGBA of a noun, `[64, 64, 4]`.
    const std::uint8_t *sprite(int noun) const;

    /// A prompt drawn by lot. Pairs::HeldOut: at least one pair in it that training never shows (isHeldOut);
    /// Pairs::Training: none.
    /// @throws Exception{BadInput} when the world has too few things for that.
    PromptSpec prompt(Random &random, Composer::Pairs pairs) const;
    /// The same of one kind only, for measuring: colour, count, position, …
    enum class Attribute
    {
        Noun, ///< "a fox"
        Colour,
        Count,
        Position,
        ShapeOf,
        MadeOf,
        Sign,
    };
    PromptSpec prompt(Random &random, Composer::Pairs pairs, Attribute attribute) const;

    /// A sentence that is wrong of the same picture in one point: another colour, count, thing or place, or two of them
    /// exchanged. It says no held-out pair. None where none was found.
    std::optional<PromptSpec> rival(const PromptSpec &spec, Random &random) const;

    /// RGB planes `[3, size, size]` of a prompt.
    std::vector<std::uint8_t> paint(const PromptSpec &spec, Random &random, int size) const;

    /// Training example `index`: a prompt and its picture (Example::name is −1).
    Example example(std::uint64_t index, int size, Composer::Pairs pairs) const;
    /// The same with one thing alone, plain or in a colour.
    Example single(std::uint64_t index, int size, Composer::Pairs pairs) const;

private:
    std::shared_ptr<const PictureWorld> m_world;
    std::uint64_t m_seed;
    std::vector<std::string> m_nouns;
    std::vector<int> m_sprites; ///< of the nouns
};

} // namespace orrery::training
