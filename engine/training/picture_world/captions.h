// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_world/painter.h"
#include "engine/training/random.h"

#include <span>
#include <string>
#include <string_view>

namespace orrery::training {

/// A colour that captions name.
struct NamedColour
{
    std::string_view name;
    Colour colour;
};
std::span<const NamedColour> namedColours();

/// Colours as sentences of training say them: those of namedColours first and at the same indices, then their light and
/// dark shades ("dark red") and their blends in halves ("blue green", "light blue green"). A model that only ever meets
/// a dozen colours learns by heart what each thing looks like in each; of two hundred it has to learn what colour is.
struct ColourPhrase
{
    std::string name;
    Colour colour;
    int first = 0;   ///< index of namedColours
    int second = -1; ///< the other half of a blend, or −1
};
std::span<const ColourPhrase> colourPhrases();

/// What the grammar can say about a noun.
enum class SceneKind
{
    Colour,     ///< "a red dog"
    Count,      ///< "three dogs"
    Relation,   ///< "a dog left of a cat"
    Background, ///< "a dog on a blue background"
    Size,       ///< "a small dog"
    Style,      ///< "a line drawing of a dog"
    ShapeOf,    ///< "a dog in the shape of a star"
    MadeOf,     ///< "a star made of dogs"
    Sign,       ///< "a sign that says CAT"
};
inline constexpr int kSceneKinds = 9;

enum class SceneStyle
{
    LineDrawing,
    Silhouette,
    Greyscale,
    Pixelated,
    UpsideDown,
    Mirrored,
};

/// A scene before it is drawn.
struct SceneSpec
{
    SceneKind kind = SceneKind::Colour;
    int noun = 0;     ///< index of the name
    int other = 0;    ///< second noun of Relation, ShapeOf and MadeOf
    int value = 0;    ///< colour, count, relation (left, right, above, below), size (small, big) or SceneStyle
    std::string word; ///< of a sign
    std::string caption;
};

/// "a dog", "an owl".
std::string withArticle(const std::string &noun);
/// "dogs", "foxes", "cherries"; names that already end in s stay.
std::string plural(const std::string &noun);

/// Sentences around a name, each with one "{}"; what evaluation averages over, and the first thing users see.
std::span<const std::string_view> captionTemplates();

/// Puts a name into a template, with the article that fits it.
std::string fillTemplate(std::string_view text, const std::string &noun);

/// Whether the pair of a noun and what is said about it belongs to the tenth that training never sees.
/// @param key  the modifier as captions spell it: "red", "three", "left of", …
bool isHeldOut(const std::string &noun, std::string_view key);
/// The same of a colour phrase: where "red fox" is held out, so are "dark red fox" and "red blue fox".
bool isHeldOut(const std::string &noun, const ColourPhrase &phrase);

} // namespace orrery::training
