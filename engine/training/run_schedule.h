// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/training.h"
#include "engine/core/engine_scope.h"
#include "engine/core/error.h"
#include "engine/core/task.h"
#include "engine/models/weights_loader.h"
#include "engine/training/trainer.h"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace orrery::training {

/// A recipe's options with what the request says of seed and length.
template <class Options>
Options optionsFor(const TrainRequest &request, Options recipe)
{
    recipe.seed = request.seed;
    recipe.minutes = request.minutes;
    if (request.steps > 0)
        recipe.steps = request.steps;
    return recipe;
}

/// Where a run writes what it needs to be resumed, in `request.out`.
std::string checkpointFile(const TrainRequest &request);

/// Begins as the request says: where its checkpoint ended, with the model in folder `request.from`, or as it is.
/// @param expected  weights of a finished model; empty for recipes that cannot begin with one
/// @throws Exception{NotFound, ModelFile, BadInput} with a sentence for the user
Task<> beginTraining(EngineScope &scope, Trainer &trainer, const TrainRequest &request,
                     std::vector<ExpectedWeight> expected);

/// The whole schedule, with a checkpoint every five minutes and at the end, and progress after every step.
/// @param trainer  a Trainer, or what has its schedule, report and checkpoints
/// @return with the folder for the finished model, which is not written yet
/// @throws Exception{Internal} when the loss is no longer a number
template <class AnyTrainer>
Task<TrainResult> runSchedule(EngineScope &scope, AnyTrainer &trainer, const TrainRequest &request)
{
    constexpr std::chrono::minutes kCheckpointEvery{5};
    const std::string checkpoint = checkpointFile(request);
    TrainResult result;
    result.folder = (std::filesystem::path(request.out) / request.model).string();
    auto saved = std::chrono::steady_clock::now();
    while (trainer.advance()) {
        if (trainer.betweenSteps()) {
            result.steps = trainer.step();
            result.loss = trainer.loss();
            if (!std::isfinite(result.loss))
                throw Exception(ErrorCode::Internal, "train: the loss is not finite after step " +
                                                         std::to_string(result.steps) +
                                                         "; resume from the last checkpoint with another seed");
            scope.progress(trainer.fraction(), "step " + std::to_string(result.steps) + ", " + trainer.report(),
                           result);
            if (const auto now = std::chrono::steady_clock::now(); now - saved >= kCheckpointEvery) {
                trainer.save(checkpoint);
                saved = now;
            }
        }
        co_await scope.step();
    }
    trainer.save(checkpoint);
    result.steps = trainer.step();
    result.loss = trainer.loss();
    co_return result;
}

} // namespace orrery::training
