// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/speech_shape.h"

#include "engine/api/sound.h"
#include "engine/core/error.h"

#include <filesystem>
#include <set>

namespace fs = std::filesystem;

namespace orrery::speech {
namespace {

constexpr std::int64_t kLargestWidth = 16384;
constexpr std::int64_t kLargestIntermediate = 65536;
constexpr std::int64_t kMostLayers = 200;
constexpr std::int64_t kMostConvolutions = 32;
constexpr std::int64_t kLargestKernel = 4096;
constexpr std::int64_t kMostCodes = 1'000'000;
constexpr std::int64_t kLargestHop = kSoundRate; // a frame a second; also keeps products of strides small

const char *const kPositionKernel = "encoder.pos_conv_embed.conv.weight_v";
const char *const kPositionLength = "encoder.pos_conv_embed.conv.weight_g";

Activation activationOf(const JsonObject &json, const char *field)
{
    const std::string name = json.textOr(field, "gelu");
    if (name == "gelu")
        return Activation::Gelu;
    if (name == "gelu_new" || name == "gelu_pytorch_tanh")
        return Activation::GeluTanh;
    if (name != "relu")
        json.fail(field, "is \"" + name + "\", expected \"gelu\", \"gelu_new\" or \"relu\"");
    return Activation::Relu;
}

std::vector<ConvolutionShape> convolutionsOf(const JsonObject &json, const std::vector<ConvolutionShape> &usual)
{
    const auto list = [&](const char *field, std::int64_t ConvolutionShape::*member, std::int64_t largest) {
        std::vector<std::int64_t> values;
        if (json.has(field))
            values = json.integers(field, 1, largest);
        else
            for (const ConvolutionShape &convolution : usual)
                values.push_back(convolution.*member);
        return values;
    };
    const auto channels = list("conv_dim", &ConvolutionShape::channels, kLargestWidth);
    const auto kernels = list("conv_kernel", &ConvolutionShape::kernel, kLargestKernel);
    const auto strides = list("conv_stride", &ConvolutionShape::stride, kLargestKernel);
    if (channels.empty() || std::int64_t(channels.size()) > kMostConvolutions)
        json.fail("conv_dim", "holds " + std::to_string(channels.size()) + " numbers, expected 1 to " +
                                  std::to_string(kMostConvolutions));
    if (kernels.size() != channels.size() || strides.size() != channels.size())
        json.fail(kernels.size() != channels.size() ? "conv_kernel" : "conv_stride",
                  "holds " + std::to_string((kernels.size() != channels.size() ? kernels : strides).size()) +
                      " numbers, expected as many as conv_dim, " + std::to_string(channels.size()));
    std::vector<ConvolutionShape> all;
    std::int64_t hop = 1;
    for (std::size_t i = 0; i < channels.size(); ++i) {
        all.push_back({channels[i], kernels[i], strides[i]});
        hop *= strides[i];
        if (hop > kLargestHop)
            json.fail("conv_stride", "makes a frame longer than a second, expected at most " +
                                         std::to_string(kLargestHop) + " samples");
    }
    for (std::size_t i = 0; i < channels.size(); ++i)
        if (strides[i] > kernels[i])
            json.fail("conv_stride", "holds " + std::to_string(strides[i]) + " where conv_kernel holds " +
                                         std::to_string(kernels[i]) + ", so that samples would go unheard");
    return all;
}

/// Fields that change the arithmetic in a way that is not implemented: better a sentence than wrong numbers.
void refuseUnknownParts(const JsonObject &json)
{
    if (json.booleanOr("add_adapter", false))
        throw Exception(ErrorCode::Unsupported,
                        json.where() +
                            ": field \"add_adapter\" is true, but adapters above the encoder are not supported");
    if (json.has("adapter_attn_dim"))
        throw Exception(ErrorCode::Unsupported, json.where() + ": field \"adapter_attn_dim\" is set, but adapters of "
                                                               "one language (MMS) are not supported");
    if (json.booleanOr("conv_pos_batch_norm", false))
        throw Exception(ErrorCode::Unsupported, json.where() +
                                                    ": field \"conv_pos_batch_norm\" is true, but a "
                                                    "positional convolution with batch norm is not supported");
}

void parseAttention(const JsonObject &json, SpeechShape &shape)
{
    shape.attentionLeft = json.integerOr("attention_left", -1, 0, 1'000'000);
    shape.attentionRight = json.integerOr("attention_right", -1, 0, 1'000'000);
    if ((shape.attentionLeft < 0) != (shape.attentionRight < 0))
        json.fail(shape.attentionLeft < 0 ? "attention_left" : "attention_right",
                  "is missing, expected both attention_left and attention_right or neither");
    if (shape.local() && shape.featureNorm != FeatureNorm::Layer)
        json.fail("feat_extract_norm", "is \"group\", which looks at all of the sound, expected \"layer\" together "
                                       "with attention_left");
}

void readPreprocessor(const JsonObject &json, SpeechShape &shape)
{
    shape.normalises = json.booleanOr("do_normalize", true);
    if (const std::int64_t rate = json.integerOr("sampling_rate", kSoundRate, 1, 10'000'000); rate != kSoundRate)
        json.fail("sampling_rate", "is " + std::to_string(rate) + ", but sound is listened to at " +
                                       std::to_string(kSoundRate) + " Hz here");
}

/// preprocessor_config.json, else what processors of transformers 5 write: one file for sound and letters.
void readPreprocessor(const std::string &folder, SpeechShape &shape)
{
    std::error_code ignored;
    const fs::path own = fs::path(folder) / "preprocessor_config.json";
    if (fs::exists(own, ignored))
        return readPreprocessor(JsonObject::readFile(own.string()), shape);
    const fs::path shared = fs::path(folder) / "processor_config.json";
    if (!fs::exists(shared, ignored))
        return;
    const JsonObject json = JsonObject::readFile(shared.string());
    if (json.isObject("feature_extractor"))
        readPreprocessor(json.object("feature_extractor"), shape);
}

/// "" or "wav2vec2.", "hubert.".
std::string trunkPrefix(const SpeechShape &shape, const Safetensors &file)
{
    const std::string prefix = shape.modelType + ".";
    const auto found = file.entries().lower_bound(prefix);
    return found != file.entries().end() && found->first.starts_with(prefix) ? prefix : "";
}

bool isHead(const std::string &name)
{
    return name.starts_with("lm_head.") || name.starts_with("quantizer.") || name.starts_with("project_hid.") ||
           name.starts_with("project_q.");
}

void checkLayers(const Safetensors &file, const JsonObject &json, const std::string &start, std::int64_t configured)
{
    std::set<std::string> layers;
    for (auto it = file.entries().lower_bound(start); it != file.entries().end() && it->first.starts_with(start); ++it)
        layers.insert(it->first.substr(start.size(), it->first.find('.', start.size()) - start.size()));
    if (std::int64_t(layers.size()) != configured)
        json.fail("num_hidden_layers", (json.has("num_hidden_layers") ? "is " : "is missing, which means ") +
                                           std::to_string(configured) + ", but " + file.path() + " holds " +
                                           std::to_string(layers.size()) + " layers");
}

void expectAffine(std::vector<ExpectedWeight> &all, const std::string &name, std::int64_t out, std::int64_t in)
{
    all.push_back({name + ".weight", {out, in}});
    all.push_back({name + ".bias", {out}});
}

void expectNorm(std::vector<ExpectedWeight> &all, const std::string &name, std::int64_t width)
{
    all.push_back({name + ".weight", {width}});
    all.push_back({name + ".bias", {width}});
}

} // namespace

std::int64_t SpeechShape::hop() const
{
    std::int64_t hop = 1;
    for (const ConvolutionShape &convolution : convolutions)
        hop *= convolution.stride;
    return hop;
}

std::int64_t SpeechShape::reach() const
{
    std::int64_t reach = 1;
    for (auto convolution = convolutions.rbegin(); convolution != convolutions.rend(); ++convolution)
        reach = (reach - 1) * convolution->stride + convolution->kernel;
    return reach;
}

std::int64_t SpeechShape::frames(std::int64_t samples) const
{
    return samples < reach() ? 0 : (samples - reach()) / hop() + 1;
}

SpeechShape SpeechShape::fromFolder(const std::string &folder, const Safetensors &file)
{
    const JsonObject json = JsonObject::readFile((fs::path(folder) / "config.json").string());
    SpeechShape shape;
    shape.modelType = json.text("model_type");
    refuseUnknownParts(json);
    shape.convolutions = convolutionsOf(json, shape.convolutions);
    const std::string norm = json.textOr("feat_extract_norm", "group");
    if (norm != "group" && norm != "layer")
        json.fail("feat_extract_norm", "is \"" + norm + "\", expected \"group\" or \"layer\"");
    shape.featureNorm = norm == "group" ? FeatureNorm::Group : FeatureNorm::Layer;
    shape.convolutionBias = json.booleanOr("conv_bias", false);
    shape.featureActivation = activationOf(json, "feat_extract_activation");
    shape.projectionNorm = shape.modelType != "hubert" || json.booleanOr("feat_proj_layer_norm", true);

    shape.width = json.integerOr("hidden_size", shape.width, 1, kLargestWidth);
    shape.intermediate = json.integerOr("intermediate_size", shape.intermediate, 1, kLargestIntermediate);
    shape.layers = json.integerOr("num_hidden_layers", shape.layers, 1, kMostLayers);
    shape.heads = json.integerOr("num_attention_heads", shape.heads, 1, kLargestWidth);
    if (shape.width % shape.heads != 0)
        json.fail("num_attention_heads", "is " + std::to_string(shape.heads) + ", expected a divisor of hidden_size, " +
                                             std::to_string(shape.width));
    shape.activation = activationOf(json, "hidden_act");
    shape.preNorm = json.booleanOr("do_stable_layer_norm", false);
    shape.epsilon = json.numberOr("layer_norm_eps", 1e-5, 1e-12, 1);
    shape.positionKernel = json.integerOr("num_conv_pos_embeddings", shape.positionKernel, 1, kLargestKernel);
    shape.positionGroups = json.integerOr("num_conv_pos_embedding_groups", shape.positionGroups, 1, kLargestWidth);
    if (shape.width % shape.positionGroups != 0)
        json.fail("num_conv_pos_embedding_groups", "is " + std::to_string(shape.positionGroups) +
                                                       ", expected a divisor of hidden_size, " +
                                                       std::to_string(shape.width));
    parseAttention(json, shape);
    readPreprocessor(folder, shape);
    checkLayers(file, json, trunkPrefix(shape, file) + "encoder.layers.", shape.layers);
    if (file.find("lm_head.weight"))
        shape.vocabulary = json.integerOr("vocab_size", 32, 1, kMostCodes);
    if (file.find("quantizer.codevectors")) {
        shape.codeGroups = json.integerOr("num_codevector_groups", 2, 1, 1024);
        shape.codesInGroup = json.integerOr("num_codevectors_per_group", 320, 1, kMostCodes);
        shape.codeWidth = json.integerOr("codevector_dim", 256, 1, kLargestWidth);
        shape.contrastWidth = json.integerOr("proj_codevector_dim", 256, 1, kLargestWidth);
        if (shape.codeWidth % shape.codeGroups != 0)
            json.fail("num_codevector_groups", "is " + std::to_string(shape.codeGroups) +
                                                   ", expected a divisor of codevector_dim, " +
                                                   std::to_string(shape.codeWidth));
    }
    return shape;
}

std::vector<ExpectedWeight> expectedWeights(const SpeechShape &shape)
{
    std::vector<ExpectedWeight> all;
    std::int64_t in = 1;
    for (std::size_t i = 0; i < shape.convolutions.size(); ++i) {
        const ConvolutionShape &convolution = shape.convolutions[i];
        const std::string name = "feature_extractor.conv_layers." + std::to_string(i);
        all.push_back({name + ".conv.weight", {convolution.channels, in, convolution.kernel}});
        if (shape.convolutionBias)
            all.push_back({name + ".conv.bias", {convolution.channels}});
        if (shape.featureNorm == FeatureNorm::Layer || i == 0)
            expectNorm(all, name + ".layer_norm", convolution.channels);
        in = convolution.channels;
    }
    const std::int64_t width = shape.width;
    if (shape.projectionNorm)
        expectNorm(all, "feature_projection.layer_norm", in);
    expectAffine(all, "feature_projection.projection", width, in);
    all.push_back({kPositionLength, {1, 1, shape.positionKernel}});
    all.push_back({kPositionKernel, {width, width / shape.positionGroups, shape.positionKernel}});
    all.push_back({"encoder.pos_conv_embed.conv.bias", {width}});
    expectNorm(all, "encoder.layer_norm", width);
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        const std::string name = "encoder.layers." + std::to_string(layer);
        for (const char *projection : {"q_proj", "k_proj", "v_proj", "out_proj"})
            expectAffine(all, name + ".attention." + projection, width, width);
        expectNorm(all, name + ".layer_norm", width);
        expectAffine(all, name + ".feed_forward.intermediate_dense", shape.intermediate, width);
        expectAffine(all, name + ".feed_forward.output_dense", width, shape.intermediate);
        expectNorm(all, name + ".final_layer_norm", width);
    }
    if (shape.vocabulary > 0)
        expectAffine(all, "lm_head", shape.vocabulary, width);
    if (shape.codeGroups > 0) {
        all.push_back(
            {"quantizer.codevectors", {1, shape.codeGroups * shape.codesInGroup, shape.codeWidth / shape.codeGroups}});
        expectAffine(all, "quantizer.weight_proj", shape.codeGroups * shape.codesInGroup, in);
        expectAffine(all, "project_q", shape.contrastWidth, shape.codeWidth);
        expectAffine(all, "project_hid", shape.contrastWidth, width);
    }
    return all;
}

WeightPlaces weightPlaces(const SpeechShape &shape, const Safetensors &file,
                          const std::vector<ExpectedWeight> &expected)
{
    const std::string prefix = trunkPrefix(shape, file);
    WeightPlaces places;
    places.others = true;
    places.of = [prefix](const std::string &name) {
        const std::string full = isHead(name) ? name : prefix + name;
        std::vector<StoredWeight> all{{full}};
        // PyTorch 2 has a newer weight norm with names of its own.
        if (name == kPositionLength)
            all.push_back({prefix + "encoder.pos_conv_embed.conv.parametrizations.weight.original0"});
        if (name == kPositionKernel)
            all.push_back({prefix + "encoder.pos_conv_embed.conv.parametrizations.weight.original1"});
        return all;
    };
    std::set<std::string> known{prefix + "masked_spec_embed"}; // hides frames in training only
    for (const ExpectedWeight &weight : expected)
        for (const StoredWeight &place : places.of(weight.name)) {
            known.insert(place.name);
            known.insert(place.name + ".scale"); // of one that is stored as I8 or U8
            known.insert(place.name + ".shape"); // as U8
        }
    for (const char *part : {"feature_extractor.", "feature_projection.", "encoder."})
        for (auto it = file.entries().lower_bound(prefix + part);
             it != file.entries().end() && it->first.starts_with(prefix + part); ++it)
            if (!known.contains(it->first))
                throw Exception(ErrorCode::ModelFile, it->second.file + ": entry \"" + it->first + "\" of shape " +
                                                          shapeText(it->second.shape) +
                                                          " is unexpected: config.json describes no such weight");
    return places;
}

} // namespace orrery::speech
