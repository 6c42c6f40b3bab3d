// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/export_speech.h"

#include "engine/api/sound.h"
#include "engine/files/json.h"
#include "engine/files/sha256.h"
#include "engine/models/speech/k_means.h"
#include "engine/training/quantised_weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace orrery::training {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCodebookStretches = 500;
constexpr float kRough = 0.5;
constexpr std::uint64_t kCodebookStream = std::uint64_t(1) << 40; // stretches that no step of training takes

void writeConfig(const std::string &folder, const SpeechRecipe &recipe, const speech::SpeechShape &shape)
{
    Json channels = Json::array(), kernels = Json::array(), strides = Json::array();
    for (const speech::ConvolutionShape &convolution : shape.convolutions) {
        channels.push_back(convolution.channels);
        kernels.push_back(convolution.kernel);
        strides.push_back(convolution.stride);
    }
    Json config{{"model_type", shape.modelType},
                {"architectures", {recipe.architecture}},
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
                {"attention_right", shape.attentionRight}};
    if (shape.vocabulary > 0) {
        config["vocab_size"] = shape.vocabulary;
        config["pad_token_id"] = 0;
    }
    if (shape.codeGroups > 0) {
        config["num_codevector_groups"] = shape.codeGroups;
        config["num_codevectors_per_group"] = shape.codesInGroup;
        config["codevector_dim"] = shape.codeWidth;
        config["proj_codevector_dim"] = shape.contrastWidth;
    }
    writeJsonFile(folder + "/config.json", config);
    writeJsonFile(folder + "/preprocessor_config.json", Json{{"feature_extractor_type", "Wav2Vec2FeatureExtractor"},
                                                             {"feature_size", 1},
                                                             {"sampling_rate", kSoundRate},
                                                             {"padding_value", 0.0},
                                                             {"return_attention_mask", false},
                                                             {"do_normalize", shape.normalises}});
}

/// The letters of the CTC head are phones; the blank is called as Hugging Face calls it, and stands where Speech World
/// has silence.
void writeVocabulary(const std::string &folder, const SpeechWorld &world)
{
    Json vocabulary{{"<pad>", 0}};
    for (std::size_t phone = 1; phone < world.phones().size(); ++phone)
        vocabulary[world.phones()[phone]] = phone;
    writeJsonFile(folder + "/vocab.json", vocabulary);
    writeJsonFile(folder + "/tokenizer_config.json", Json{{"tokenizer_class", "Wav2Vec2PhonemeCTCTokenizer"},
                                                          {"do_phonemize", false},
                                                          {"pad_token", "<pad>"},
                                                          {"phone_delimiter_token", " "}});
}

void writeWeights(const SpeechTrainer &trainer, const SpeechRecipe &recipe, const std::string &folder)
{
    Weights weights = trainer.finished();
    std::erase_if(weights, [&](const auto &entry) {
        return std::any_of(recipe.dropped.begin(), recipe.dropped.end(),
                           [&](const std::string &start) { return entry.first.starts_with(start); });
    });
    // Models with a head write what is under it with a prefix.
    const bool headed = trainer.shape().vocabulary > 0 || trainer.shape().codeGroups > 0;
    Weights named;
    for (const auto &[name, weight] : weights) {
        const bool trunk = name.starts_with("feature_") || name.starts_with("encoder.") || name == "masked_spec_embed";
        named[headed && trunk ? trainer.shape().modelType + "." + name : name] = weight;
    }
    writeQuantised(folder + "/model.safetensors", named, WeightBits::Six);
}

void writeCard(const SpeechTrainer &trainer, const SpeechRecipe &recipe, const std::string &folder)
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
    writeJsonFile(
        folder + "/card.json",
        Json{{"id", fs::path(folder).filename().string()},
             {"name", recipe.name},
             {"task", "speech units"},
             {"summary", recipe.summary},
             {"licence", "Apache-2.0"},
             {"recipe", "orrery-cli train " + recipe.id + (recipe.from.empty() ? "" : " --from " + recipe.from) +
                            " --data FILE --out FOLDER --seed " + std::to_string(trainer.seed())},
             {"data", data},
             {"seed", trainer.seed()},
             {"steps", trainer.step()},
             {"stretches", trainer.examplesSeen()},
             {"measures", Json::array()},
             {"sha256", sha256OfFile(folder + "/model.safetensors")}});
}

} // namespace

void writeSpeechModel(const SpeechTrainer &trainer, const SpeechRecipe &recipe, const std::string &folder)
{
    fs::create_directories(folder);
    // Codebooks of an older network would be refused by this one's.
    for (const auto &entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().starts_with("codebook_"))
            fs::remove(entry.path());
    writeWeights(trainer, recipe, folder);
    writeConfig(folder, recipe, trainer.shape());
    if (trainer.shape().vocabulary > 0)
        writeVocabulary(folder, trainer.examples().world());
    writeCard(trainer, recipe, folder);
}

Task<> writeCodebooks(EngineScope &scope, std::shared_ptr<speech::Listener> listener, const SpeechExamples &examples,
                      int layer, std::vector<int> sizes, std::string recipe, std::string folder)
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
        const speech::Codebook codebook(clusters.centres, {layer, listener->hash, "orrery-cli train " + recipe});
        codebook.write(folder + "/codebook_" + std::to_string(size) + ".safetensors");
    }
}

} // namespace orrery::training
