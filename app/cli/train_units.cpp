// SPDX-License-Identifier: Apache-2.0
#include "app/cli/train_units.h"

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "app/cli/sound_files.h"
#include "engine/api/speech.h"
#include "engine/core/error.h"

#include <filesystem>

namespace orrery::cli {

int trainUnits(const Arguments &arguments)
{
    if (!arguments.has("data"))
        throw UsageError("--data is missing: a folder of sound");
    speech::FitRequest request;
    request.model = arguments.text("model", speech::kUnitsModel);
    request.layer = int(arguments.integer("layer", -1, 0, 1000));
    request.clusters = int(arguments.integer("clusters", request.clusters, 1, 100'000));
    request.seed = std::uint64_t(arguments.integer("seed", std::int64_t(request.seed), 0, INT64_MAX));
    request.sounds = soundSources({arguments.text("data")}, true);
    const std::filesystem::path out = arguments.text("out");
    std::error_code error;
    std::filesystem::create_directories(out, error);
    if (error)
        throw Exception(ErrorCode::BadInput, out.string() + ": the folder cannot be made (" + error.message() + ")");
    request.file = (out / ("codebook_" + std::to_string(request.clusters) + ".safetensors")).string();

    Session session(arguments);
    const speech::FitResult result = session.run(speech::kFit, request, {Lane::Background, "Train speech-units", {}});
    for (const std::string &problem : result.errors)
        say(problem);
    if (arguments.has("json"))
        printJson({{"model", request.model},
                   {"file", request.file},
                   {"layer", result.layer},
                   {"units", request.clusters},
                   {"frames", result.frames},
                   {"sound_seconds", result.seconds},
                   {"rounds", result.rounds},
                   {"mean_squared_distance", result.distance}});
    else
        print(request.file + ": " + std::to_string(request.clusters) + " units from " + std::to_string(result.frames) +
              " frames of layer " + std::to_string(result.layer) + ", mean squared distance " +
              fixed(result.distance, 4) + " after " + std::to_string(result.rounds) + " rounds\n");
    return result.errors.empty() ? kDone : kFailed;
}

} // namespace orrery::cli
