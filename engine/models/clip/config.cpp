// SPDX-License-Identifier: Apache-2.0
#include "engine/models/clip/config.h"

#include "engine/files/json.h"

namespace orrery::clip {
namespace {

// More than any CLIP model has, and small enough that no product of two overflows.
constexpr std::int64_t kLargestWidth = 16384;
constexpr std::int64_t kLargestIntermediate = 65536;
constexpr std::int64_t kMostLayers = 200;
constexpr std::int64_t kLargestVocabulary = 10'000'000;
constexpr std::int64_t kLargestContext = 65536;
constexpr std::int64_t kLargestImage = 4096;
constexpr std::int64_t kMostPatches = 65536;

const char *nameOf(Activation activation)
{
    return activation == Activation::Gelu ? "gelu" : "quick_gelu";
}

TransformerShape parseTransformer(const JsonObject &json, TransformerShape shape)
{
    shape.width = json.integerOr("hidden_size", shape.width, 1, kLargestWidth);
    shape.intermediate = json.integerOr("intermediate_size", shape.intermediate, 1, kLargestIntermediate);
    shape.layers = json.integerOr("num_hidden_layers", shape.layers, 1, kMostLayers);
    shape.heads = json.integerOr("num_attention_heads", shape.heads, 1, kLargestWidth);
    if (shape.width % shape.heads != 0)
        json.fail("num_attention_heads", "is " + std::to_string(shape.heads) + ", expected a divisor of hidden_size, " +
                                             std::to_string(shape.width));
    shape.epsilon = json.numberOr("layer_norm_eps", 1e-5, 1e-12, 1);
    const std::string activation = json.textOr("hidden_act", "quick_gelu");
    if (activation == "quick_gelu")
        shape.activation = Activation::QuickGelu;
    else if (activation == "gelu")
        shape.activation = Activation::Gelu;
    else
        json.fail("hidden_act", "is \"" + activation + "\", expected \"quick_gelu\" or \"gelu\"");
    return shape;
}

VisionTransformerShape parseVision(const JsonObject &json, std::int64_t projection)
{
    VisionTransformerShape shape;
    shape.transformer = parseTransformer(json, shape.transformer);
    shape.imageSize = json.integerOr("image_size", shape.imageSize, 1, kLargestImage);
    shape.patchSize = json.integerOr("patch_size", shape.patchSize, 1, kLargestImage);
    if (shape.patchSize > shape.imageSize)
        json.fail("patch_size", "is " + std::to_string(shape.patchSize) + ", expected at most image_size, " +
                                    std::to_string(shape.imageSize));
    if (shape.patches() > kMostPatches)
        json.fail("patch_size", "is " + std::to_string(shape.patchSize) + ", which cuts the picture into " +
                                    std::to_string(shape.patches()) + " patches, expected at most " +
                                    std::to_string(kMostPatches));
    json.integerOr("num_channels", 3, 3, 3);
    shape.projection = projection;
    return shape;
}

ResidualTowerShape parseResidual(const JsonObject &json, std::int64_t projection)
{
    ResidualTowerShape shape;
    shape.imageSize = json.integer("image_size", 16, kLargestImage);
    if (shape.imageSize % 16 != 0)
        json.fail("image_size", "is " + std::to_string(shape.imageSize) + ", expected a multiple of 16");
    shape.stem = json.integer("stem", 1, kLargestWidth);
    shape.widths = json.integers("widths", 1, kLargestWidth);
    if (shape.widths.empty() || shape.widths.size() > 8 || shape.grid() < 1)
        json.fail("widths", "holds " + std::to_string(shape.widths.size()) +
                                " numbers, expected one for every halving of the picture");
    shape.blocks = json.integer("blocks", 1, kMostLayers);
    shape.heads = json.integer("heads", 1, kLargestWidth);
    if (shape.widths.back() % shape.heads != 0)
        json.fail("heads", "is " + std::to_string(shape.heads) + ", expected a divisor of the last width, " +
                               std::to_string(shape.widths.back()));
    shape.projection = projection;
    return shape;
}

/// Configurations from before 2023 carry the sections twice, and transformers lets the "_dict" win.
JsonObject section(const JsonObject &json, const std::string &name)
{
    const std::string older = name + "_dict";
    return json.isObject(older) ? json.object(older) : json.objectOr(name);
}

void addLinear(std::vector<ExpectedWeight> &all, const std::string &name, std::int64_t out, std::int64_t in)
{
    all.push_back({name + ".weight", {out, in}});
    all.push_back({name + ".bias", {out}});
}

void addNorm(std::vector<ExpectedWeight> &all, const std::string &name, std::int64_t width)
{
    all.push_back({name + ".weight", {width}});
    all.push_back({name + ".bias", {width}});
}

void addBlock(std::vector<ExpectedWeight> &all, const std::string &name, const TransformerShape &shape)
{
    addNorm(all, name + ".layer_norm1", shape.width);
    addNorm(all, name + ".layer_norm2", shape.width);
    for (const char *projection :
         {".self_attn.q_proj", ".self_attn.k_proj", ".self_attn.v_proj", ".self_attn.out_proj"})
        addLinear(all, name + projection, shape.width, shape.width);
    addLinear(all, name + ".mlp.fc1", shape.intermediate, shape.width);
    addLinear(all, name + ".mlp.fc2", shape.width, shape.intermediate);
}

void addImageTower(std::vector<ExpectedWeight> &all, const VisionTransformerShape &shape)
{
    const std::int64_t width = shape.transformer.width;
    all.push_back({"vision_model.embeddings.class_embedding", {width}});
    all.push_back({"vision_model.embeddings.patch_embedding.weight", {width, 3, shape.patchSize, shape.patchSize}});
    all.push_back({"vision_model.embeddings.position_embedding.weight", {1 + shape.patches(), width}});
    addNorm(all, "vision_model.pre_layrnorm", width);
    addNorm(all, "vision_model.post_layernorm", width);
    for (std::int64_t layer = 0; layer < shape.transformer.layers; ++layer)
        addBlock(all, visionBlock(layer), shape.transformer);
    all.push_back({"visual_projection.weight", {shape.projection, width}});
}

void addImageTower(std::vector<ExpectedWeight> &all, const ResidualTowerShape &shape)
{
    for (const ConvolutionShape &convolution : convolutionsOf(shape)) {
        all.push_back({convolution.name + ".weight", {convolution.shape.begin(), convolution.shape.end()}});
        all.push_back({convolution.name + ".bias", {convolution.shape[0]}});
    }
    const std::int64_t width = shape.widths.back();
    all.push_back({"vision_model.pool.position", {1, width, shape.grid(), shape.grid()}});
    all.push_back({"vision_model.pool.mean_position", {width}});
    for (const char *projection : {"q_proj", "k_proj", "v_proj"})
        addLinear(all, std::string("vision_model.pool.") + projection, width, width);
    all.push_back({"visual_projection.weight", {shape.projection, width}});
}

} // namespace

TextTowerShape parseTextTower(const JsonObject &json)
{
    TextTowerShape shape;
    shape.transformer = parseTransformer(json, shape.transformer);
    shape.vocabulary = json.integerOr("vocab_size", shape.vocabulary, 1, kLargestVocabulary);
    shape.context = json.integerOr("max_position_embeddings", shape.context, 2, kLargestContext);
    shape.endOfText = json.integerOr("eos_token_id", shape.endOfText, 0, kLargestVocabulary);
    return shape;
}

std::int64_t ClipConfig::imageSize() const
{
    return std::visit([](const auto &shape) { return shape.imageSize; }, image);
}

ClipConfig ClipConfig::parse(const JsonObject &json)
{
    ClipConfig config;
    config.modelType = json.text("model_type");
    config.projection = json.integerOr("projection_dim", 512, 1, kLargestWidth);
    const JsonObject vision = section(json, "vision_config");
    if (config.modelType == "clip")
        config.image = parseVision(vision, config.projection);
    else if (config.modelType == "picture_clip")
        config.image = parseResidual(vision, config.projection);
    else
        throw Exception(ErrorCode::Unsupported, json.where() + ": field \"model_type\" is \"" + config.modelType +
                                                    "\", expected \"clip\" or \"picture_clip\"");
    config.text = parseTextTower(section(json, "text_config"));
    config.text.projection = config.projection;
    return config;
}

std::vector<ExpectedWeight> expectedTextWeights(const TextTowerShape &shape)
{
    const std::int64_t width = shape.transformer.width;
    std::vector<ExpectedWeight> all{{"text_model.embeddings.token_embedding.weight", {shape.vocabulary, width}},
                                    {"text_model.embeddings.position_embedding.weight", {shape.context, width}}};
    for (std::int64_t layer = 0; layer < shape.transformer.layers; ++layer)
        addBlock(all, textBlock(layer), shape.transformer);
    addNorm(all, "text_model.final_layer_norm", width);
    return all;
}

std::vector<ExpectedWeight> expectedWeights(const ClipConfig &config)
{
    std::vector<ExpectedWeight> all;
    std::visit([&](const auto &shape) { addImageTower(all, shape); }, config.image);
    const std::vector<ExpectedWeight> text = expectedTextWeights(config.text);
    all.insert(all.end(), text.begin(), text.end());
    all.push_back({"text_projection.weight", {config.projection, config.text.transformer.width}});
    all.push_back({"logit_scale", {}});
    return all;
}

void writeConfig(const std::string &path, const ClipConfig &config)
{
    const auto transformer = [](const TransformerShape &shape) {
        return Json{{"hidden_size", shape.width},
                    {"intermediate_size", shape.intermediate},
                    {"num_hidden_layers", shape.layers},
                    {"num_attention_heads", shape.heads},
                    {"hidden_act", nameOf(shape.activation)},
                    {"layer_norm_eps", shape.epsilon}};
    };
    Json json{{"model_type", config.modelType}, {"projection_dim", config.projection}};
    Json text = transformer(config.text.transformer);
    text["vocab_size"] = config.text.vocabulary;
    text["max_position_embeddings"] = config.text.context;
    text["eos_token_id"] = config.text.endOfText;
    json["text_config"] = text;
    if (const auto *shape = std::get_if<VisionTransformerShape>(&config.image)) {
        Json vision = transformer(shape->transformer);
        vision["image_size"] = shape->imageSize;
        vision["patch_size"] = shape->patchSize;
        json["vision_config"] = vision;
    } else {
        const auto &residual = std::get<ResidualTowerShape>(config.image);
        json["vision_config"] = Json{{"image_size", residual.imageSize},
                                     {"stem", residual.stem},
                                     {"widths", residual.widths},
                                     {"blocks", residual.blocks},
                                     {"heads", residual.heads}};
    }
    writeJsonFile(path, json);
}

} // namespace orrery::clip
