// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "app/cli/train_units.h"
#include "engine/api/training.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace orrery::cli {

namespace {

constexpr std::array<std::string_view, 8> kRecipes{"picture-clip",      "picture-dvae",  "picture-dalle",
                                                   "picture-diffusion", "speech-hubert", "speech-wav2vec",
                                                   "speech-ulm",        "speech-vocoder"};

int run(const Arguments &arguments)
{
    constexpr double kMostMinutes = 60.0 * 24 * 365;
    constexpr std::int64_t kMostSteps = 1'000'000'000;
    const std::vector<std::string> &given = arguments.others();
    const bool units = given.size() == 1 && given.front() == "speech-units";
    for (const char *only : {"model", "layer", "clusters"})
        if (arguments.has(only) && !units)
            throw UsageError(std::string("--") + only + " goes with speech-units");
    for (const char *other : {"resume", "from", "dvae", "minutes", "steps"})
        if (units && arguments.has(other))
            throw UsageError(std::string("--") + other + " does not go with speech-units");
    if (units && arguments.has("out"))
        return trainUnits(arguments);
    if (!units && (given.size() != 1 || std::find(kRecipes.begin(), kRecipes.end(), given.front()) == kRecipes.end()))
        throw UsageError("expected one of picture-clip, picture-dvae, picture-dalle, picture-diffusion, speech-hubert, "
                         "speech-wav2vec, speech-ulm, speech-vocoder and speech-units, found " +
                         (given.empty() ? std::string("nothing") : "\"" + given.front() + "\""));
    const bool babble = given.front() == "speech-ulm" || given.front() == "speech-vocoder";
    for (const char *only : {"units", "codebook", "codebook-file", "hours"})
        if (arguments.has(only) && !babble)
            throw UsageError(std::string("--") + only + " goes with speech-ulm and speech-vocoder");
    arguments.atMostOneOf("codebook", "codebook-file");
    const bool draws = given.front() == "picture-dalle" || given.front() == "picture-diffusion";
    if (arguments.has("dvae") && !draws)
        throw UsageError("--dvae goes with picture-dalle and picture-diffusion");
    if (!arguments.has("out"))
        throw UsageError("--out is missing");
    if (!arguments.has("data"))
        throw UsageError("--data is missing; orrery-cli dataset " +
                         std::string(given.front().starts_with("speech") ? "speech" : "picture-world") +
                         " --out FILE makes it");

    training::TrainRequest request;
    request.model = given.front();
    request.data = arguments.text("data");
    request.out = arguments.text("out");
    request.resume = arguments.has("resume");
    request.from = arguments.text("from");
    request.dvae = arguments.text("dvae");
    request.seed =
        static_cast<std::uint64_t>(arguments.integer("seed", static_cast<std::int64_t>(request.seed), 0, INT64_MAX));
    request.minutes = arguments.number("minutes", 0, 0, kMostMinutes);
    request.steps = arguments.integer("steps", 0, 0, kMostSteps);
    request.units = arguments.text("units", request.units);
    request.codebook = int(arguments.integer("codebook", request.codebook, 2, 4094));
    request.codebookFile = arguments.text("codebook-file");
    request.hours = arguments.number("hours", 0, 0, 10'000);
    Session session(arguments);
    const training::TrainResult result =
        session.run(training::kTrain, request, {Lane::Background, "Train " + request.model, {}});
    if (arguments.has("json"))
        printJson(
            {{"model", request.model}, {"folder", result.folder}, {"steps", result.steps}, {"loss", result.loss}});
    else
        print(result.folder + ": " + request.model + " after " + std::to_string(result.steps) + " steps, loss " +
              fixed(result.loss, 4) + "\n");
    return kDone;
}

} // namespace

Command trainCommand()
{
    return {
        "train",
        "MODEL --data FILE --out FOLDER [--resume | --from MODEL] [--dvae MODEL] [--seed S] [--minutes M] [--steps N]\n"
        "                    [--json]\n"
        "       orrery-cli train speech-units --data FOLDER --out FOLDER [--model M] [--layer N] [--clusters K] "
        "[--seed S]\n"
        "                    [--json]\n"
        "       orrery-cli train speech-ulm|speech-vocoder --data FILE --out FOLDER [--units M] [--codebook K | "
        "--codebook-file F]\n"
        "                    [--hours H] [--resume | --from MODEL] [--seed S] [--minutes M] [--steps N] [--json]",
        "Train a built-in model again",
        "MODEL is picture-clip, picture-dvae, picture-dalle, picture-diffusion, speech-hubert or speech-wav2vec.\n"
        "Ctrl+C stops; --resume goes on from the last checkpoint in FOLDER. speech-units fits a codebook,\n"
        "codebook_K.safetensors, to the sound files in a folder and the folders in it. speech-wav2vec begins best\n"
        "--from a speech-hubert. speech-ulm learns to go on with units of speech, speech-vocoder to speak them; what\n"
        "was heard is kept in FOLDER as units.safetensors, for both.",
        {{"data", "FILE", "made by orrery-cli dataset; speech-units: a folder of sound"},
         {"out", "FOLDER", "checkpoints and the finished model"},
         {"resume", "", "go on from the checkpoint in FOLDER"},
         {"from", "MODEL", "begin with this folder's finished model instead of random weights"},
         {"dvae", "MODEL",
          "picture-dalle, picture-diffusion: whose codes they write; the built-in picture-dvae without it"},
         {"model", "M", "speech-units: whose frames; speech-hubert without it"},
         {"layer", "N", "speech-units: of which layer; the last without it"},
         {"clusters", "K", "speech-units: how many; 100 without it"},
         {"units", "M", "speech-ulm, speech-vocoder: whose units; speech-hubert without it"},
         {"codebook", "K", "speech-ulm, speech-vocoder: how many different units; 100 without it"},
         {"codebook-file", "F", "speech-ulm, speech-vocoder: a codebook made by train speech-units"},
         {"hours", "H", "speech-ulm, speech-vocoder: of the data, from its beginning; 0: all of it"},
         {"seed", "S", "of all that is drawn at random; 1 without it"},
         {"minutes", "M", "stop after this time; 0: no limit"},
         {"steps", "N", "optimiser steps; 0: as the recipe says"}},
        run};
}

} // namespace orrery::cli
