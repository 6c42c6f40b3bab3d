// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_world/picture_world.h"

#include <string>
#include <vector>

namespace orrery::training {

/// Something the models that draw can be asked for.
struct PromptNoun
{
    std::string word; ///< "fox", "ice cream"
    int sprite = 0;   ///< index of its drawing by PictureWorld's first artist
};

/// How unlike two drawings are with all colour taken away: outlines that do not cover each other, and light and shade
/// that differ where both are, both in their own boxes. 0: the same; 1 and more: nothing in common.
/// @param a, b  straight RGBA, `[64, 64, 4]`.
float unlikeness(const std::uint8_t *a, const std::uint8_t *b);

/// Chooses by rule, never by hand (the rules stand in the .cpp). The same file gives the same list, in the same order.
/// Thread: any.
std::vector<PromptNoun> promptNouns(const PictureWorld &world);

} // namespace orrery::training
