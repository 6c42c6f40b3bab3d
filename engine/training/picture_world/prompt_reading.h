// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::training {

/// Modifiers of Picture World's grammar as prompts spell them, for sentences put together from chips.
struct PromptWords
{
    std::vector<std::string> colours, counts, sizes, styles;
    std::vector<std::string> relations; ///< of two things: "left of", "made of"
};
PromptWords promptWords();

/// Pairs of a prompt that training left out on purpose (isHeldOut), as a user would say them: "red fox", "three bells",
/// "fox left of". What the grammar does not know is passed over.
/// @param nouns  that the model can draw
/// Thread: any; needs no LibTorch.
std::vector<std::string> absentPairs(const std::string &prompt, std::span<const std::string> nouns);

} // namespace orrery::training
