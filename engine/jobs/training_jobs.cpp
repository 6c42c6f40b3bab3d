// SPDX-License-Identifier: Apache-2.0
// Jobs that make and measure picture-clip.
#include "engine/api/training.h"

#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/jobs/stored_embeddings.h"
#include "engine/models/clip/config.h"
#include "engine/models/clip/loader.h"
#include "engine/training/babble/train_babble.h"
#include "engine/training/bpe_trainer.h"
#include "engine/training/drawing/train_drawing.h"
#include "engine/training/evaluate.h"
#include "engine/training/picture_clip_export.h"
#include "engine/training/picture_clip_trainer.h"
#include "engine/training/run_schedule.h"
#include "engine/training/speech/train_speech.h"

#include <filesystem>

namespace orrery::training {

namespace {

// Of a run that begins with a finished model: the peak of its rate, and when pictures grow. It is at home at 64 pixels.
constexpr double kGoOnRate = 1e-3, kGoOnTo48 = 0.15, kGoOnTo64 = 0.5;

/// The weights of a finished picture-clip whose words are cut into tokens as this recipe does it.
Task<Weights> finishedWeights(EngineScope &scope, std::string folder, const Composer &composer,
                              const ClipTokenizer &tokenizer)
{
    const JsonObject json = JsonObject::readFile((std::filesystem::path(folder) / "config.json").string());
    clip::ClipConfig config = clip::ClipConfig::parse(json);
    if (!std::holds_alternative<clip::ResidualTowerShape>(config.image))
        throw Exception(ErrorCode::BadInput, folder + ": is not a picture-clip, which training could begin with");
    const auto theirs = ClipTokenizer::fromFolder(folder);
    for (const auto &name : composer.world().names())
        if (theirs->encode(name.name) != tokenizer.encode(name.name))
            throw Exception(ErrorCode::BadInput, folder +
                                                     ": its vocabulary was made from other names than this data; \"" +
                                                     name.name + "\" becomes other tokens");
    Task<Weights> loading = clip::loadWeights(scope, Safetensors::openFolder(folder), json, std::move(config));
    co_return co_await std::move(loading);
}

Task<TrainResult> train(EngineScope &scope, TrainRequest request)
{
    if (request.model != "picture-clip" && !isDrawingRecipe(request.model) && !isSpeechRecipe(request.model) &&
        !isBabbleRecipe(request.model))
        throw Exception(ErrorCode::NotFound, "train: there is no recipe \"" + request.model +
                                                 "\", only picture-clip, picture-dvae, picture-dalle, "
                                                 "picture-diffusion, speech-hubert, speech-wav2vec, speech-ulm and "
                                                 "speech-vocoder");
    if (request.out.empty())
        throw Exception(ErrorCode::BadInput, "train: the folder for the model is missing");
    std::error_code error;
    std::filesystem::create_directories(request.out, error);
    if (error)
        throw Exception(ErrorCode::BadInput,
                        request.out + ": the folder for the model cannot be made (" + error.message() + ")");
    const std::string checkpoint = checkpointFile(request);
    if (request.resume && !std::filesystem::exists(checkpoint))
        throw Exception(ErrorCode::NotFound, checkpoint + " is missing, so there is nothing to resume");

    if (request.resume && !request.from.empty())
        throw Exception(ErrorCode::BadInput, "train: a run is either resumed or begun from a finished model, not both");

    if (isBabbleRecipe(request.model)) {
        Task<TrainResult> babble = trainBabble(scope, request);
        co_return co_await std::move(babble);
    }
    if (isDrawingRecipe(request.model)) {
        Task<TrainResult> drawing = trainDrawing(scope, request);
        co_return co_await std::move(drawing);
    }
    if (isSpeechRecipe(request.model)) {
        Task<TrainResult> speaking = trainSpeech(scope, request);
        co_return co_await std::move(speaking);
    }

    scope.progress(-1, "Reading Picture World");
    std::shared_ptr<const Composer> composer;
    std::shared_ptr<const PromptScenes> prompts;
    ClipTokenizer::Settings vocabulary;
    std::function<void()> prepare = [&] {
        const auto world = std::make_shared<PictureWorld>(request.data);
        composer = std::make_shared<Composer>(world, request.seed);
        prompts = std::make_shared<PromptScenes>(world, request.seed);
        vocabulary = pictureVocabulary(composer->world());
    };
    co_await scope.outside(std::move(prepare));
    co_await scope.step();

    PictureClipOptions options = optionsFor(request, PictureClipOptions{});
    if (!request.from.empty()) { // what was learned is not to be shaken off again
        options.learningRate = kGoOnRate;
        options.growTo48 = kGoOnTo48;
        options.growTo64 = kGoOnTo64;
    }
    auto tokenizer = std::make_shared<ClipTokenizer>(vocabulary);
    PictureClipTrainer trainer(composer, prompts, tokenizer, options);
    if (request.resume) {
        trainer.restore(checkpoint);
    } else if (!request.from.empty()) {
        Task<Weights> finished = finishedWeights(scope, request.from, *composer, *tokenizer);
        trainer.startFrom(co_await std::move(finished));
    }

    Task<TrainResult> schedule = runSchedule(scope, trainer, request);
    TrainResult result = co_await std::move(schedule);
    Task<> writing = exportPictureClip(scope, trainer, *composer, vocabulary, request.seed, result.folder);
    co_await std::move(writing);
    Task<> storing = storeEmbeddings(scope, result.folder);
    co_await std::move(storing);
    co_return result;
}

} // namespace

ORRERY_JOB(kTrain, train, GradientMode::Gradient)
ORRERY_JOB(kEvaluate, evaluate)

} // namespace orrery::training
