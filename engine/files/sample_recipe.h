// SPDX-License-Identifier: Apache-2.0
/// How a sample is made again: the text that travels in its PNG.
#pragma once

#include "engine/api/generate.h"

#include <string>

namespace orrery::generate {

/// What recipes were made with that say nothing of it: before there was another usual temperature, and drafts.
inline constexpr double kUnsaidTemperature = 0.5;
inline constexpr int kUnsaidDrafts = 1;

/// Keyword of the PNG's text chunk.
inline constexpr const char *kRecipeKeyword = "orrery-recipe";

/// JSON, one line. It makes this sample alone: count 1, its own seed. A picture to begin with, and its mask, are part
/// of it.
/// @param hash    of the model's weights; may be empty
/// @param device  "cpu" or "cuda": other devices and builds may round differently
std::string recipeOf(const GenerateRequest &request, std::uint64_t seed, const std::string &hash,
                     const std::string &device);

struct SampleRecipe
{
    GenerateRequest request;
    std::string hash, device; ///< as they were then
};
/// @param where  the file, named in errors
/// @throws Exception{BadInput} when it is no recipe of a sample, naming the field.
SampleRecipe parseRecipe(const std::string &text, const std::string &where);

/// "none", "cfg", "clip"
std::string nameOf(Guidance guidance);
/// @throws Exception{BadInput} listing the known ones.
Guidance guidanceOf(const std::string &name);

} // namespace orrery::generate
