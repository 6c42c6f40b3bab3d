// SPDX-License-Identifier: Apache-2.0
#include "engine/models/babble/unit_transformer.h"

#include "engine/core/error.h"
#include "engine/files/json.h"
#include "engine/models/attention.h"
#include "engine/models/babble/duration_classes.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>

namespace orrery::speech {

namespace {

constexpr std::int64_t kMostTokens = 1 << 20, kMostWidth = 1 << 14, kMostLayers = 512, kMostPositions = 1 << 20;

std::string blockName(std::int64_t layer)
{
    return "blocks." + std::to_string(layer);
}

void checkHeads(const JsonObject &json, const UnitTransformerShape &shape, const char *heads, const char *width)
{
    if (shape.width % shape.heads != 0)
        json.fail(heads, "is " + std::to_string(shape.heads) + ", expected a divisor of \"" + width + "\", " +
                             std::to_string(shape.width));
}

UnitTransformerShape parseOwn(const JsonObject &json)
{
    UnitTransformerShape shape;
    shape.units = json.integer("units", 2, kMostTokens - 1);
    shape.tokens = shape.units + 1;
    shape.sentenceEnd = shape.units;
    shape.positions = json.integer("positions", 2, kMostPositions);
    shape.width = json.integer("width", 1, kMostWidth);
    shape.heads = json.integer("heads", 1, kMostWidth);
    shape.layers = json.integer("layers", 1, kMostLayers);
    shape.durations = json.booleanOr("durations", true);
    shape.repeats = json.booleanOr("repeats", false);
    checkHeads(json, shape, "heads", "width");
    return shape;
}

/// What of GPT-2's many switches changes the arithmetic must be as it was published.
void requirePublishedGpt2(const JsonObject &json, std::int64_t width)
{
    const auto refuse = [&](const std::string &field, const std::string &expected) {
        throw Exception(ErrorCode::Unsupported, json.where() + ": field \"" + field + "\": expected " + expected +
                                                    ", the only one that this program computes");
    };
    if (const std::string activation = json.textOr("activation_function", "gelu_new");
        activation != "gelu_new" && activation != "gelu_pytorch_tanh")
        refuse("activation_function", "\"gelu_new\"");
    if (json.numberOr("layer_norm_epsilon", 1e-5, 0, 1) != 1e-5)
        refuse("layer_norm_epsilon", "1e-05");
    if (json.has("n_inner") && json.integer("n_inner", 1, 4 * kMostWidth) != 4 * width)
        refuse("n_inner", "four times \"n_embd\"");
    if (!json.booleanOr("scale_attn_weights", true))
        refuse("scale_attn_weights", "true");
    for (const char *off : {"scale_attn_by_inverse_layer_idx", "add_cross_attention"})
        if (json.booleanOr(off, false))
            refuse(off, "false");
}

UnitTransformerShape parseGpt2(const JsonObject &json)
{
    UnitTransformerShape shape;
    shape.tokens = json.integer("vocab_size", 2, kMostTokens);
    shape.positions = json.has("n_positions") ? json.integer("n_positions", 2, kMostPositions) : 1024;
    shape.width = json.integer("n_embd", 1, kMostWidth);
    shape.heads = json.integer("n_head", 1, kMostWidth);
    shape.layers = json.integer("n_layer", 1, kMostLayers);
    shape.durations = false;
    shape.repeats = json.booleanOr("repeats", false);
    checkHeads(json, shape, "n_head", "n_embd");
    requirePublishedGpt2(json, shape.width);

    // GPT2Config writes 50256 for both where nobody said otherwise: not a token of this vocabulary.
    std::set<std::int64_t> others;
    shape.sentenceEnd = -1;
    for (const char *field : {"pad_token_id", "bos_token_id", "eos_token_id"})
        if (const std::int64_t token = json.integerOr(field, -1, -1, INT64_MAX); token >= 0 && token < shape.tokens) {
            others.insert(token);
            if (field != std::string("pad_token_id"))
                shape.sentenceEnd = token;
        }
    std::int64_t end = shape.tokens;
    while (others.contains(end - 1))
        --end;
    shape.firstUnit = json.integerOr("first_unit", 0, 0, shape.tokens - 1);
    shape.units =
        json.integerOr("units", std::max<std::int64_t>(1, end - shape.firstUnit), 1, shape.tokens - shape.firstUnit);
    if (shape.isUnit(shape.sentenceEnd))
        shape.sentenceEnd = -1;
    return shape;
}

} // namespace

UnitTransformerShape parseUnitShape(const JsonObject &json)
{
    return json.text("model_type") == "gpt2" ? parseGpt2(json) : parseOwn(json);
}

void writeUnitShape(const std::string &file, const UnitTransformerShape &shape, const UnitOrigin &origin)
{
    Json config{{"model_type", "unit_lm"},      {"units", shape.units},    {"positions", shape.positions},
                {"width", shape.width},         {"heads", shape.heads},    {"layers", shape.layers},
                {"durations", shape.durations}, {"repeats", shape.repeats}};
    origin.addTo(config);
    writeJsonFile(file, config);
}

std::vector<ExpectedWeight> expectedWeights(const UnitTransformerShape &shape)
{
    std::vector<ExpectedWeight> all{{"unit_embedding", {shape.tokens, shape.width}},
                                    {"position_embedding", {shape.positions, shape.width}}};
    for (std::int64_t layer = 0; layer < shape.layers; ++layer)
        attention::expectBlock(all, blockName(layer), shape.width);
    attention::expectNorm(all, "norm", shape.width);
    all.push_back({"head.weight", {shape.tokens, shape.width}});
    if (shape.durations) {
        all.push_back({"duration_embedding", {kDurationClasses + 1, shape.width}});
        all.push_back({"duration.unit_embedding", {shape.tokens, shape.width}});
        attention::expectLinear(all, "duration.fc1", shape.width, shape.width);
        attention::expectLinear(all, "duration.fc2", kDurationClasses, shape.width);
    }
    return all;
}

at::Tensor embedUnits(const Weights &weights, const UnitTransformerShape &shape, const at::Tensor &tokens,
                      const at::Tensor &durations, std::int64_t first)
{
    if (first + tokens.size(1) > shape.positions)
        throw Exception(ErrorCode::Shape, "a language model of units: " + std::to_string(first + tokens.size(1)) +
                                              " units, expected at most " + std::to_string(shape.positions));
    at::Tensor x = at::embedding(weightOf(weights, "unit_embedding"), tokens) +
                   weightOf(weights, "position_embedding").narrow(0, first, tokens.size(1)); // [B, n, D]
    if (shape.durations)
        x = x + at::embedding(weightOf(weights, "duration_embedding"), durations);
    return x;
}

at::Tensor unitBlock(const Weights &weights, const UnitTransformerShape &shape, std::int64_t layer, const at::Tensor &x,
                     const attention::Dropping &drop)
{
    return attention::decoderBlock(weights, blockName(layer), shape.heads, x, drop);
}

at::Tensor cachedUnitBlock(const Weights &weights, const UnitTransformerShape &shape, std::int64_t layer,
                           const at::Tensor &x, attention::DecoderCache &cache)
{
    return attention::cachedDecoderBlock(weights, blockName(layer), shape.heads, layer, x, cache);
}

at::Tensor leaveUnits(const Weights &weights, const at::Tensor &x)
{
    return attention::layerNorm(weights, "norm", x);
}

at::Tensor unitScores(const Weights &weights, const at::Tensor &left)
{
    return attention::linear(weights, "head", left).to(at::kFloat);
}

at::Tensor durationScores(const Weights &weights, const at::Tensor &left, const at::Tensor &next)
{
    const at::Tensor known = at::embedding(weightOf(weights, "duration.unit_embedding"), next);
    return attention::perceptron(weights, "duration", left + known).to(at::kFloat);
}

} // namespace orrery::speech
