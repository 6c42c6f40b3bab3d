// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/generate.h"

#include <span>
#include <vector>

namespace orrery::dalle {

/// How one token is drawn by lot.
struct LotteryRules
{
    double temperature = 1; ///< larger: bolder; below kGreedy: always the likeliest
    int topK = 0;           ///< only the K likeliest; 0: all
    double topP = 1; ///< only the likeliest whose sum reaches this; 1: all. Holtzman et al. 2020, arXiv:1904.09751
};
inline constexpr double kGreedy = 0.01;
inline constexpr std::size_t kAlternatives = 5;

/// Plain arithmetic in double precision and a fixed order: the same bits everywhere the logits are the same.
/// A temperature below 1 leaves one thing as the model has it: how likely the token before comes once more. What begins
/// at a cell of plain ground may begin in a hundred ways, each of them unlikely; sharpened one by one they would all
/// together lose against the ground, and things would begin where they must, always at the same place, or never.
/// @param logits  [K]: what to draw by; guidance is already in them
/// @param ticket  in [0, 1)
/// @param before  the token of the cell before, in reading order; −1: there is none
/// Thread: any.
generate::TokenLook drawToken(std::span<const float> logits, const LotteryRules &rules, double ticket, int before = -1);

/// Natural logarithm of a token's share by these logits alone, at temperature 1.
double logShare(std::span<const float> logits, int token);

} // namespace orrery::dalle
