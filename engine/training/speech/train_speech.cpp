// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/train_speech.h"

#include "engine/api/speech.h"
#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/files/sha256.h"
#include "engine/models/speech/k_means.h"
#include "engine/models/speech/listener.h"
#include "engine/models/speech/mfcc.h"
#include "engine/runtime/torch_runtime.h"
#include "engine/training/quantised_weights.h"
#include "engine/training/run_schedule.h"
#include "engine/training/speech/hubert_trainer.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <set>

namespace orrery::training {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCodebookStretches = 500;
constexpr float kRough = 0.5;
constexpr std::uint64_t kCodebookStream = std::uint64_t(1) << 40; // stretches that no step of training takes
constexpr int kUnitLayer = 4;                                     // whose frames become units

void writeConfig(const std::string &folder, const speech::SpeechShape &shape)
{
    Json channels = Json::array(), kernels = Json::array(), strides = Json::array();
    for (const speech::ConvolutionShape &convolution : shape.convolutions) {
        channels.push_back(convolution.channels);
        kernels.push_back(convolution.kernel);
        strides.push_back(convolution.stride);
    }
    writeJsonFile(folder + "/config.json", Json{{"model_type", shape.modelType},
                                                {"architectures", {"HubertModel"}},
                                                {"conv_dim", channels},
                                                {"conv_kernel", kernels},
                                                {"conv_stride", strides},
                                                {"conv_bias", shape.convolutionBias},
                                                {"feat_extract_norm", "layer"},
                                                {"feat_extract_activation", "relu"},
                                                {"feat_proj_layer_norm", shape.projectionNorm},
                                                {"hidden_size", shape.width},
                                                {"num_hidden_layers", shape.layers},
                                                {"num_attention_heads", shape.heads},
                                                {"intermediate_size", shape.intermediate},
                                                {"hidden_act", "gelu"},
                                                {"do_stable_layer_norm", shape.preNorm},
                                                {"layer_norm_eps", shape.epsilon},
                                                {"num_conv_pos_embeddings", shape.positionKernel},
                                                {"num_conv_pos_embedding_groups", shape.positionGroups},
                                                {"attention_left", shape.attentionLeft},
                                                {"attention_right", shape.attentionRight}});
    writeJsonFile(folder + "/preprocessor_config.json", Json{{"feature_extractor_type", "Wav2Vec2FeatureExtractor"},
                                                             {"feature_size", 1},
                                                             {"sampling_rate", kSoundRate},
                                                             {"padding_value", 0.0},
                                                             {"return_attention_mask", false},
                                                             {"do_normalize", shape.normalises}});
}

void writeModel(const HubertTrainer &trainer, const std::string &folder)
{
    fs::create_directories(folder);
    Weights weights = trainer.finished();
    // What only training needs stays in the checkpoint.
    std::erase_if(weights, [](const auto &entry) {
        return entry.first.starts_with("final_proj.") || entry.first == "class_embeddings";
    });
    writeQuantised(folder + "/model.safetensors", weights);
    writeConfig(folder, trainer.shape());
}

void writeCard(const HubertTrainer &trainer, const std::string &folder)
{
    const SpeechWorld &world = trainer.examples().world();
    double seconds = 0;
    std::set<int> voices;
    for (const std::int64_t utterance : trainer.examples().utterances(Voices::Training)) {
        seconds += double(world.samples(utterance).size()) / kSoundRate;
        voices.insert(world.voice(utterance));
    }
    char data[200];
    std::snprintf(
        data, sizeof data,
        "Speech World: %.1f hours by %zu synthetic voices in %zu languages (eSpeak NG), with rooms, lines and "
        "noise laid over it while training; other voices are kept for measuring",
        seconds / 3600, voices.size(), world.languages().size());
    writeJsonFile(folder + "/card.json",
                  Json{{"id", fs::path(folder).filename().string()},
                       {"name", "Speech HuBERT"},
                       {"task", "speech units"},
                       {"summary", "Hears speech as a row of discrete units, fifty a second. Small, and taught by a "
                                   "synthesiser that told it which phone it was speaking; it has never heard a human."},
                       {"licence", "Apache-2.0"},
                       {"recipe", "orrery-cli train speech-hubert --data FILE --out FOLDER --seed " +
                                      std::to_string(trainer.seed())},
                       {"data", data},
                       {"seed", trainer.seed()},
                       {"steps", trainer.step()},
                       {"stretches", trainer.examplesSeen()},
                       {"measures", Json::array()},
                       {"sha256", sha256OfFile(folder + "/model.safetensors")}});
}

/// Clusters of one listener's frames of the stretches, a file for each size.
Task<> writeCodebooks(EngineScope &scope, std::shared_ptr<speech::Listener> listener, const SpeechExamples &examples,
                      int layer, std::vector<int> sizes, std::string folder)
{
    StepPacer pace(scope);
    fs::create_directories(folder);
    std::vector<at::Tensor> rows;
    const std::int64_t stretches =
        std::min(kCodebookStretches, 20 * std::int64_t(examples.utterances(Voices::Training).size()));
    for (std::int64_t i = 0; i < stretches; ++i) {
        scope.progress(-1, "Hearing stretch " + std::to_string(i + 1) + " of " + std::to_string(stretches));
        SpokenStretch spoken = examples.varied(kCodebookStream + std::uint64_t(i), 4 * kSoundRate, kRough);
        speech::Stretch stretch;
        stretch.loudness.add(spoken.samples.data(), spoken.samples.size());
        stretch.samples = std::move(spoken.samples);
        Task<std::vector<at::Tensor>> hearing = listener->hear(pace, std::move(stretch), {layer});
        rows.push_back((co_await std::move(hearing)).front());
        co_await pace.step();
    }
    const at::Tensor frames = at::cat(rows);
    for (const int size : sizes) {
        const std::string what = std::to_string(size) + " units";
        Task<speech::KMeansResult> fitting = speech::kMeans(pace, frames, {.clusters = size}, [&](int round, double) {
            scope.progress(-1, what + ", round " + std::to_string(round));
        });
        const speech::KMeansResult clusters = co_await std::move(fitting);
        const speech::Codebook codebook(clusters.centres, {layer, listener->hash, "orrery-cli train speech-hubert"});
        codebook.write(folder + "/codebook_" + std::to_string(size) + ".safetensors");
    }
}

} // namespace

bool isSpeechRecipe(const std::string &model)
{
    return model == speech::kUnitsModel;
}

Task<TrainResult> trainSpeech(EngineScope &scope, TrainRequest request)
{
    if (!request.from.empty())
        throw Exception(ErrorCode::Unsupported, "train: speech-hubert cannot begin with a finished model, because its "
                                                "classes are not in it; use --resume with its checkpoint");
    scope.progress(0, "Reading Speech World");
    const speech::SpeechShape shape = HubertTrainer::builtInShape();
    std::shared_ptr<const SpeechExamples> examples;
    std::function<void()> prepare = [&] {
        examples = std::make_shared<SpeechExamples>(std::make_shared<SpeechWorld>(request.data),
                                                    FrameTimes{shape.hop(), shape.reach()}, request.seed);
    };
    co_await scope.outside(std::move(prepare));
    co_await scope.step();

    const HubertOptions options = optionsFor(request, HubertTrainer::recipe());
    HubertTrainer trainer(examples, options, shape, deviceOf(scope));
    Task<> beginning = beginTraining(scope, trainer, request, {});
    co_await std::move(beginning);
    Task<TrainResult> schedule = runSchedule(scope, trainer, request);
    TrainResult result = co_await std::move(schedule);

    // Codebooks of an older network would be refused by this one's.
    for (const int size : {50, 100, 200})
        fs::remove(result.folder + "/codebook_" + std::to_string(size) + ".safetensors");
    writeModel(trainer, result.folder);
    writeCard(trainer, result.folder); // before its codebooks, which name the hash on it
    Task<std::shared_ptr<speech::Listener>> loading = speech::loadListener(scope, result.folder);
    const std::shared_ptr<speech::Listener> listener = co_await std::move(loading);
    Task<> own = writeCodebooks(scope, listener, *examples, kUnitLayer, {50, 100, 200}, result.folder);
    co_await std::move(own);
    auto cepstra = std::make_shared<speech::MfccListener>();
    Task<> baseline = writeCodebooks(scope, cepstra, *examples, 0, {100}, result.folder + "/" + speech::kMfcc);
    co_await std::move(baseline);
    co_return result;
}

} // namespace orrery::training
