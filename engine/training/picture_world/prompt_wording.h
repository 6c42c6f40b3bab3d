// SPDX-License-Identifier: Apache-2.0
/// Sentences of what PromptScenes paints. Thread: any.
#pragma once

#include "engine/training/picture_world/prompt_scenes.h"

#include <string>
#include <vector>

namespace orrery::training {

/// Writes PromptSpec::caption; what the sentence does not name is left out of the spec too.
/// @param nouns  PromptScenes::nouns
void word(PromptSpec &spec, const std::vector<std::string> &nouns);

/// How many of what the sentence says of its nouns training never shows.
int heldOutPairs(const PromptSpec &spec, const std::vector<std::string> &nouns);

} // namespace orrery::training
