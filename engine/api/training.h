// SPDX-License-Identifier: Apache-2.0
/// Jobs that make and measure the built-in models.
#pragma once

#include "engine/core/job.h"

#include <string>
#include <utility>
#include <vector>

namespace orrery::training {

struct TrainRequest
{
    std::string model = "picture-clip"; ///< id of a recipe
    std::string data;                   ///< file made by `orrery-cli dataset`
    std::string out;                    ///< folder for checkpoints and the finished model
    bool resume = false;                ///< go on from the checkpoint in `out`
    std::string from;                   ///< folder of a finished model to begin with; empty: random weights
    std::string dvae;                   ///< picture-dalle: whose codes it writes; empty: the built-in picture-dvae
    std::uint64_t seed = 1;
    double minutes = 0;     ///< stop after this time; 0: run all steps of the recipe
    std::int64_t steps = 0; ///< optimiser steps; 0: the recipe's own

    // speech-ulm and speech-vocoder: who turns `data`, a Speech World, into units.
    std::string units = "speech-hubert"; ///< id, folder, or "mfcc"
    int codebook = 100;
    std::string codebookFile; ///< empty: the model's own
    double hours = 0;         ///< of `data`, from its beginning; 0: all
};
struct TrainResult
{
    std::int64_t steps = 0;
    double loss = 0;
    std::string folder;
};
/// Progress::partial is a TrainResult.
inline constexpr JobType<TrainRequest, TrainResult> kTrain{"training.train"};

struct EvaluateRequest
{
    std::string model = "picture-clip"; ///< built-in id or a folder
    std::string
        data; ///< file made by `orrery-cli dataset`, for held-out compositions or voices; empty: leave those out
    std::string drawings; ///< folder with labels.csv and all_labels.txt; empty: leave that out
    std::string digits; ///< folder of recordings DIGIT_SPEAKER_TAKE.wav, for models that listen; empty: leave that out
    std::string photographs; ///< folder of photographs for the familiarity figure; empty: leave that out

    // Models that draw: how well pictures of held-out compositions in `data` keep to their prompts. The model
    // "picture-world" has true pictures judged instead, which measures the checks themselves.
    int prompts = 1000;             ///< larger: surer figures, longer
    int best = 8;                   ///< pictures of each prompt; the one that picture-clip ranks first counts again
    std::uint64_t seed = 1;         ///< of prompts and pictures
    std::vector<std::string> parts; ///< of compositions, fillings, signs; empty: all
    double temperature = -1;    ///< as GenerateRequest has it, of compositions and fillings; negative: the usual one
    double topP = 1, scale = 0; ///< as GenerateRequest has them
    int drafts = 0;             ///< the same

    // Models that speak in units: as TrainRequest has it.
    std::string units = "speech-hubert";
    std::string codebookFile;
    double hours = 0;
    std::string unitCache; ///< units.safetensors of the training run, so that it is not listened to again; may be empty
};
struct EvaluateResult
{
    std::vector<std::pair<std::string, double>> measures; ///< name → figure, as on the card
    std::vector<std::string> skipped;                     ///< what could not be measured, and why
};
inline constexpr JobType<EvaluateRequest, EvaluateResult> kEvaluate{"training.evaluate"};

} // namespace orrery::training
