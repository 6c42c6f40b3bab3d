// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/train_drawing.h"

#include "engine/core/error.h"
#include "engine/files/sha256.h"
#include "engine/models/dalle/picture_dalle.h"
#include "engine/models/registry.h"
#include "engine/runtime/torch_runtime.h"
#include "engine/training/bpe_trainer.h"
#include "engine/training/drawing/code_looks.h"
#include "engine/training/drawing/dalle_trainer.h"
#include "engine/training/drawing/diffusion_trainer.h"
#include "engine/training/drawing/dvae_trainer.h"
#include "engine/training/drawing/export_drawing.h"
#include "engine/training/run_schedule.h"

#include <array>
#include <filesystem>

namespace orrery::training {

namespace {

namespace fs = std::filesystem;

constexpr double kGoOnRate = 0.6;     // of the recipe's peak, for a run that begins with a finished model
constexpr double kGoOnSingles = 0.25; // of the share of single things, for it knows what things look like
constexpr std::int64_t kCudaBatch = 512;
constexpr int kCudaComposers = 12;

struct Recipe
{
    DrawingCard card;
    DrawingOptions (*options)();
};
const std::array<Recipe, 3> &recipes()
{
    static const std::array<Recipe, 3> all{{
        {{"picture-dvae", "Picture dVAE", "Writes a picture of 64 × 64 as 64 code words, and reads it back."},
         &DvaeTrainer::recipe},
        {{"picture-dalle", "Picture DALL·E", "Draws what a sentence says, one code word after the other."},
         &DalleTrainer::recipe},
        {{"picture-diffusion", "Picture Diffusion", "Finds the picture that a sentence speaks of in noise."},
         &DiffusionTrainer::recipe},
    }};
    return all;
}

/// A trainer, and how its model is written.
struct Run
{
    std::unique_ptr<DrawingTrainer> trainer;
    std::vector<ExpectedWeight> expected; ///< of a finished model
    std::function<void(const std::string &)> writeConfig;
    bool reads = true; ///< prompts
};

Run dvaeRun(DrawingOptions options, std::shared_ptr<const PromptScenes> scenes, at::Device device)
{
    const dvae::DvaeShape shape;
    Run run;
    run.trainer = std::make_unique<DvaeTrainer>(scenes, options, shape, device);
    run.expected = dvae::expectedWeights(shape);
    run.writeConfig = [shape](const std::string &file) { dvae::writeShape(file, shape); };
    run.reads = false;
    return run;
}

/// Of those that write the codes of a picture-dvae.
Task<Run> codesRun(EngineScope &scope, TrainRequest request, DrawingOptions options,
                   std::shared_ptr<const PromptScenes> scenes, std::shared_ptr<const ClipTokenizer> tokenizer)
{
    const at::Device device = deviceOf(scope);
    const std::string folder = modelFolder(scope, request.dvae.empty() ? "picture-dvae" : request.dvae);
    const dvae::DvaeShape codes = dvae::parseShape(JsonObject::readFile((fs::path(folder) / "config.json").string()));
    Task<Weights> loading = loadWeights(scope, Safetensors::openFolder(folder), dvae::expectedWeights(codes));
    const Weights weights = co_await std::move(loading);
    const std::string hash = sha256OfFile((fs::path(folder) / "model.safetensors").string());
    Run run;
    if (request.model == "picture-dalle") {
        const PictureCodes reader(weights, codes, device);
        Task<at::Tensor> looking = codeLooks(scope, scenes, reader);
        const at::Tensor looks = co_await std::move(looking);
        auto trainer = std::make_unique<DalleTrainer>(scenes, options, tokenizer, weights, codes, device, looks);
        const dalle::TokenTransformerShape shape = trainer->shape();
        run.expected = dalle::expectedWeights(shape);
        run.writeConfig = [shape, hash](const std::string &file) { dalle::writeConfig(file, {shape, hash}); };
        run.trainer = std::move(trainer);
    } else {
        auto trainer = std::make_unique<DiffusionTrainer>(scenes, options, tokenizer, weights, codes, device);
        const picture_diffusion::DenoiserShape shape = trainer->shape();
        run.expected = picture_diffusion::expectedWeights(shape);
        run.writeConfig = [shape, hash](const std::string &file) {
            picture_diffusion::writeConfig(file, {shape, hash});
        };
        run.trainer = std::move(trainer);
    }
    co_return run;
}

/// The weights of a finished picture-dalle in `folder`; none when that is another model.
Task<Weights> dalleWeights(EngineScope &scope, std::string folder)
{
    const JsonObject json = JsonObject::readFile((fs::path(folder) / "config.json").string());
    if (json.text("model_type") != "picture_dalle")
        co_return Weights{};
    Task<Weights> loading =
        loadWeights(scope, Safetensors::openFolder(folder), dalle::expectedWeights(dalle::parseConfig(json).shape));
    co_return co_await std::move(loading);
}

} // namespace

bool isDrawingRecipe(const std::string &model)
{
    return std::any_of(recipes().begin(), recipes().end(), [&](const Recipe &r) { return r.card.id == model; });
}

Task<TrainResult> trainDrawing(EngineScope &scope, TrainRequest request)
{
    const Recipe &recipe =
        *std::find_if(recipes().begin(), recipes().end(), [&](const Recipe &r) { return r.card.id == request.model; });
    scope.progress(-1, "Reading Picture World");
    std::shared_ptr<const PromptScenes> scenes;
    ClipTokenizer::Settings vocabulary;
    std::function<void()> prepare = [&] {
        const auto world = std::make_shared<PictureWorld>(request.data);
        vocabulary = pictureVocabulary(*world);
        scenes = std::make_shared<PromptScenes>(world, request.seed);
    };
    co_await scope.outside(std::move(prepare));
    co_await scope.step();

    DrawingOptions options = optionsFor(request, recipe.options());
    if (!request.from.empty()) {
        request.from = modelFolder(scope, request.from);
        options.learningRate *= kGoOnRate;
        options.singlesUntil *= kGoOnSingles;
    }
    if (deviceOf(scope) != at::kCPU) {
        options.batch = options.microBatch = kCudaBatch;
        options.composers = kCudaComposers;
    }
    auto tokenizer = std::make_shared<ClipTokenizer>(vocabulary);
    Run run;
    if (request.model == "picture-dvae") {
        run = dvaeRun(options, scenes, deviceOf(scope));
    } else {
        Task<Run> making = codesRun(scope, request, options, scenes, tokenizer);
        run = co_await std::move(making);
    }
    DrawingTrainer &trainer = *run.trainer;
    if (auto *diffusion = dynamic_cast<DiffusionTrainer *>(&trainer); diffusion && !request.from.empty()) {
        Task<Weights> loading = dalleWeights(scope, request.from);
        if (const Weights dalle = co_await std::move(loading); !dalle.empty()) {
            diffusion->startFromDalle(dalle);
            request.from.clear();
        }
    }
    Task<> beginning = beginTraining(scope, trainer, request, run.expected);
    co_await std::move(beginning);
    Task<TrainResult> schedule = runSchedule(scope, trainer, request);
    const TrainResult result = co_await std::move(schedule);
    exportDrawing(trainer, recipe.card, run.writeConfig, run.reads ? &vocabulary : nullptr, result.folder);
    co_return result;
}

} // namespace orrery::training
