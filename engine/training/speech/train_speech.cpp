// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/train_speech.h"

#include "engine/api/speech.h"
#include "engine/core/error.h"
#include "engine/models/registry.h"
#include "engine/models/speech/mfcc.h"
#include "engine/runtime/torch_runtime.h"
#include "engine/training/run_schedule.h"
#include "engine/training/speech/export_speech.h"
#include "engine/training/speech/hubert_trainer.h"
#include "engine/training/speech/wav2vec_trainer.h"

#include <filesystem>

namespace orrery::training {

namespace {

/// What speech-hubert and speech-wav2vec differ in.
SpeechRecipe recipeOf(const std::string &model)
{
    if (model == speech::kWav2VecModel)
        return {model,
                "Speech wav2vec 2.0",
                "Hears speech as codes of its own, and reads phones out of it. Small, and taught by a synthesiser: "
                "by guessing what was hidden, and by what was said; it has never heard a human.",
                "Wav2Vec2ForCTC",
                {},
                3};
    return {model,
            "Speech HuBERT",
            "Hears speech as a row of discrete units, fifty a second. Small, and taught by a synthesiser that told it "
            "which phone it was speaking; it has never heard a human.",
            "HubertModel",
            {"final_proj.", "class_embeddings"}, // stay in the checkpoint
            4};
}

/// The trunk of speech-hubert in `folder`, whose frames are those of speech-wav2vec too.
Task<Weights> trunkOf(EngineScope &scope, std::string folder)
{
    const std::shared_ptr<const Safetensors> file = Safetensors::openFolder(folder);
    speech::SpeechShape shape = speech::SpeechShape::fromFolder(folder, *file);
    shape.vocabulary = shape.codeGroups = 0; // heads are new
    std::vector<ExpectedWeight> expected = speech::expectedWeights(shape);
    WeightPlaces places = speech::weightPlaces(shape, *file, expected);
    Task<Weights> loading = loadWeights(scope, file, std::move(expected), std::move(places));
    co_return co_await std::move(loading);
}

std::unique_ptr<SpeechTrainer> makeTrainer(const TrainRequest &request, std::shared_ptr<const SpeechExamples> examples,
                                           at::Device device)
{
    if (request.model == speech::kWav2VecModel) {
        const auto phones = std::int64_t(examples->world().phones().size());
        return std::make_unique<Wav2VecTrainer>(std::move(examples), optionsFor(request, Wav2VecTrainer::recipe()),
                                                Wav2VecTrainer::builtInShape(phones), device);
    }
    return std::make_unique<HubertTrainer>(std::move(examples), optionsFor(request, HubertTrainer::recipe()),
                                           HubertTrainer::builtInShape(), device);
}

} // namespace

bool isSpeechRecipe(const std::string &model)
{
    return model == speech::kUnitsModel || model == speech::kWav2VecModel;
}

Task<TrainResult> trainSpeech(EngineScope &scope, TrainRequest request)
{
    const bool wav2vec = request.model == speech::kWav2VecModel;
    scope.progress(-1, "Reading Speech World");
    const speech::SpeechShape shape = HubertTrainer::builtInShape(); // both have the same frames
    std::shared_ptr<const SpeechExamples> examples;
    std::function<void()> prepare = [&] {
        examples = std::make_shared<SpeechExamples>(std::make_shared<SpeechWorld>(request.data),
                                                    FrameTimes{shape.hop(), shape.reach()}, request.seed);
    };
    co_await scope.outside(std::move(prepare));
    co_await scope.step();

    SpeechRecipe recipe = recipeOf(request.model);
    recipe.from = std::filesystem::path(request.from).filename().string();
    const std::unique_ptr<SpeechTrainer> trainer = makeTrainer(request, examples, deviceOf(scope));
    if (!request.from.empty()) {
        Task<Weights> loading = trunkOf(scope, modelFolder(scope, request.from));
        trainer->startFromTrunk(co_await std::move(loading));
        request.from.clear();
    }
    Task<> beginning = beginTraining(scope, *trainer, request, {});
    co_await std::move(beginning);
    Task<TrainResult> schedule = runSchedule(scope, *trainer, request);
    const TrainResult result = co_await std::move(schedule);

    writeSpeechModel(*trainer, recipe, result.folder); // before its codebooks, which name the hash on its card
    Task<std::shared_ptr<speech::Listener>> loading = speech::loadListener(scope, result.folder);
    const std::shared_ptr<speech::Listener> listener = co_await std::move(loading);
    Task<> own = writeCodebooks(scope, listener, *examples, recipe.unitLayer, {50, 100, 200}, recipe.id, result.folder);
    co_await std::move(own);
    if (!wav2vec) { // the baseline lies with the model that is asked for it
        auto cepstra = std::make_shared<speech::MfccListener>();
        Task<> baseline =
            writeCodebooks(scope, cepstra, *examples, 0, {100}, recipe.id, result.folder + "/" + speech::kMfcc);
        co_await std::move(baseline);
    }
    co_return result;
}

} // namespace orrery::training
