// SPDX-License-Identifier: Apache-2.0
/// What `orrery-cli sample` can be told, and what of it goes together.
#pragma once

#include "app/cli/arguments.h"
#include "engine/api/generate.h"

#include <optional>
#include <string>
#include <vector>

namespace orrery::cli {

std::vector<Option> sampleOptions();

/// What the options say, on top of what a recipe says. @throws UsageError
void applySampleOptions(const Arguments &arguments, generate::GenerateRequest &request);

/// What is wrong with a call whatever the model is. @throws UsageError
void checkSampleCall(const Arguments &arguments);

/// What files tell of a model, without loading it.
struct DrawingModel
{
    std::string folder;                     ///< empty: a single file
    std::optional<generate::Method> method; ///< none: only the model itself knows
};
/// @throws Exception{NotFound, BadInput, ModelFile} when it is none.
DrawingModel drawingModel(const std::string &idOrPath);

/// Whether an option was given that only some models can heed.
bool hasOptionOfAMethod(const Arguments &arguments);

/// An option that this model would not heed is refused rather than ignored.
/// @throws UsageError where the command line alone shows it, otherwise Exception{BadInput}; both name option and model.
void checkOptionsFit(const Arguments &arguments, const std::string &model, generate::Method method);

} // namespace orrery::cli
