// SPDX-License-Identifier: Apache-2.0
/// Words and strokes that Composer's scenes and PromptScenes share.
#pragma once

#include "engine/training/picture_world/painter.h"

#include <array>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace orrery::training {

inline constexpr std::array<std::string_view, 3> kCounts{"two", "three", "four"};
inline constexpr std::array<std::string_view, 4> kRelations{"left of", "right of", "above", "below"};
inline constexpr std::array<std::string_view, 2> kSizes{"small", "big"};
inline constexpr std::array<std::string_view, 6> kStyles{"line drawing", "silhouette",  "greyscale",
                                                         "pixelated",    "upside down", "mirrored"};

inline constexpr std::array<std::string_view, 40> kWords{
    "cat",  "dog",  "sun",  "car",  "hat",  "cup",  "sea",  "ice",  "bee",  "owl",  "fox",  "art",  "map",  "bus",
    "zoo",  "jam",  "key",  "sky",  "fire", "stop", "open", "shop", "exit", "food", "park", "taxi", "bank", "home",
    "fish", "tree", "moon", "star", "book", "milk", "yes",  "no",   "go",   "hi",   "ok",   "up"};

std::string joined(std::initializer_list<std::string_view> parts);

/// Capital letters of 5×7 dots, one byte a row, the leftmost dot in bit 4; A first.
extern const std::uint8_t kLetters[26][7];
/// A layer that shows one letter in ink, dots of 8×8 from (12, 4) on.
/// @param letter  a … z.
void loadLetter(Layer &layer, char letter, const Colour &ink);

float brightness(const Colour &colour);

/// Fills the outline of `shape` with copies of `small`, one in every cell: large ones so that what it is made of stays
/// visible, small ones that keep the shape's light and shade.
/// @param cell   edge of a cell as a part of the whole.
/// @param keep   how much of the shape's own colours stays.
/// @param place  where the copy of the cell around (x, y) lands.
void fillShape(Layer &shape, const Layer &small, float cell, float keep,
               const std::function<Placement(float x, float y)> &place);

// What PromptScenes paints and the picture checks read must be the same places, so both ask here.

/// The same with every copy at rest in its cell. "A fox in the shape of a star": large foxes; "a star made of foxes":
/// many small ones.
void fillCalmly(Layer &shape, const Layer &small, bool madeOf);

/// The board of a sign in pixels, of a picture of `size`.
struct SignBoard
{
    int left = 0, top = 0, width = 0, height = 0;
    static SignBoard of(int size);
    /// Where letter `k` of a word of `letters` stands.
    Placement letter(std::size_t k, std::size_t letters, int size) const;
};

} // namespace orrery::training
