// SPDX-License-Identifier: Apache-2.0
#include "engine/training/run_schedule.h"

#include "engine/files/safetensors.h"
#include "engine/training/babble/train_babble.h"

namespace orrery::training {

std::string checkpointFile(const TrainRequest &request)
{
    // Those that speak in units share a folder, for the units in it.
    const std::string name =
        isBabbleRecipe(request.model) ? request.model + ".checkpoint.safetensors" : "checkpoint.safetensors";
    return (std::filesystem::path(request.out) / name).string();
}

Task<> beginTraining(EngineScope &scope, Trainer &trainer, const TrainRequest &request,
                     std::vector<ExpectedWeight> expected)
{
    if (request.resume) {
        trainer.restore(checkpointFile(request));
    } else if (!request.from.empty()) {
        Task<Weights> loading = loadWeights(scope, Safetensors::openFolder(request.from), std::move(expected));
        trainer.startFrom(co_await std::move(loading));
    }
}

} // namespace orrery::training
