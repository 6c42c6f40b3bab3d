// SPDX-License-Identifier: Apache-2.0
#include "engine/training/run_schedule.h"

#include "engine/files/safetensors.h"

namespace orrery::training {

std::string checkpointFile(const TrainRequest &request)
{
    // Models may share a folder.
    return (std::filesystem::path(request.out) / (request.model + ".checkpoint.safetensors")).string();
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
