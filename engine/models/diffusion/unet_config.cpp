// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/json_choices.h"
#include "engine/models/diffusion/unet.h"

#include "engine/core/error.h"

#include <algorithm>

namespace orrery::diffusion {
namespace {

constexpr std::int64_t kMostChannels = 8192;
constexpr std::size_t kMostStages = 8;

void refuseOthers(const JsonObject &json)
{
    requireText(json, "_class_name", "UNet2DConditionModel");
    requireText(json, "act_fn", "silu");
    requireText(json, "mid_block_type", "UNetMidBlock2DCrossAttn");
    requireText(json, "resnet_time_scale_shift", "default");
    requireText(json, "time_embedding_type", "positional");
    requireText(json, "attention_type", "default");
    for (const char *field : {"conv_in_kernel", "conv_out_kernel"})
        requireNumber(json, field, 3);
    for (const char *field : {"downsample_padding", "mid_block_scale_factor", "resnet_out_scale_factor"})
        requireNumber(json, field, 1);
    for (const char *field : {"center_input_sample", "only_cross_attention", "dual_cross_attention",
                              "class_embeddings_concat", "resnet_skip_time_act", "mid_block_only_cross_attention"})
        requireFalse(json, field);
    for (const char *field :
         {"class_embed_type", "addition_embed_type", "encoder_hid_dim", "encoder_hid_dim_type", "num_class_embeds",
          "num_attention_heads", "time_cond_proj_dim", "timestep_post_act", "time_embedding_act_fn",
          "time_embedding_dim", "cross_attention_norm", "reverse_transformer_layers_per_block"})
        requireAbsent(json, field);
}

/// Whether each stage looks at words.
std::vector<bool> parseBlocks(const JsonObject &json, const char *field, const char *plain, const char *words,
                              std::vector<std::string> fallback)
{
    std::vector<bool> result;
    for (const std::string &type : json.isArray(field) ? json.texts(field) : std::move(fallback)) {
        if (type != plain && type != words)
            throw Exception(ErrorCode::Unsupported, json.where() + ": field \"" + field + "\" holds \"" + type +
                                                        "\", but this program knows \"" + plain + "\" and \"" + words +
                                                        "\"");
        result.push_back(type == words);
    }
    return result;
}

struct Builder
{
    const UnetConfig &config;
    std::vector<Layer> layers;

    Layer &add(Layer::Kind kind, std::string name, std::int64_t in, std::int64_t out)
    {
        Layer layer;
        layer.kind = kind;
        layer.name = std::move(name);
        layer.in = in;
        layer.out = out;
        layer.groups = config.groups;
        layer.epsilon = config.epsilon;
        return layers.emplace_back(layer);
    }
    void residual(const std::string &name, std::int64_t in, std::int64_t out)
    {
        add(Layer::Kind::Residual, name, in, out).timeWidth = config.timeWidth();
    }
    void words(const std::string &name, std::int64_t width, std::size_t stage)
    {
        Layer &layer = add(Layer::Kind::Transformer, name, width, width);
        layer.epsilon = 1e-6;
        layer.heads = config.heads[stage];
        layer.blocks = config.blocks[stage];
        layer.contextWidth = config.contextWidth;
        layer.linearProjection = config.linearProjection;
    }
    void remember() { add(Layer::Kind::Remember, {}, 0, 0); }
};

std::string numbered(const std::string &name, std::int64_t number)
{
    return name + "." + std::to_string(number);
}

} // namespace

UnetConfig UnetConfig::parse(const JsonObject &json)
{
    refuseOthers(json);
    UnetConfig config;
    if (json.has("block_out_channels"))
        config.widths = json.integers("block_out_channels", 1, kMostChannels);
    const std::size_t stages = config.widths.size();
    if (stages == 0 || stages > kMostStages)
        json.fail("block_out_channels", "holds " + std::to_string(stages) + " numbers, expected 1 to 8");
    config.downWords =
        parseBlocks(json, "down_block_types", "DownBlock2D", "CrossAttnDownBlock2D",
                    {"CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"});
    config.upWords = parseBlocks(json, "up_block_types", "UpBlock2D", "CrossAttnUpBlock2D",
                                 {"UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"});
    for (const auto &[field, count] :
         {std::pair{"down_block_types", config.downWords.size()}, std::pair{"up_block_types", config.upWords.size()}})
        if (count != stages)
            json.fail(field, "holds " + std::to_string(count) + " words, expected " + std::to_string(stages) +
                                 " as block_out_channels does");

    config.inChannels = json.integerOr("in_channels", 4, 1, kMostChannels);
    config.outChannels = json.integerOr("out_channels", 4, 1, kMostChannels);
    config.layersPerBlock = eachOf(json, "layers_per_block", 2, stages, 1, 16);
    config.heads = eachOf(json, "attention_head_dim", 8, stages, 1, kMostChannels); // a name that is wrong for good
    config.blocks = eachOf(json, "transformer_layers_per_block", 1, stages, 1, 64);
    config.contextWidth = json.integerOr("cross_attention_dim", 1280, 1, kMostChannels);
    config.groups = json.integerOr("norm_num_groups", 32, 1, kMostChannels);
    config.epsilon = json.numberOr("norm_eps", 1e-5, 1e-12, 1);
    config.linearProjection = json.booleanOr("use_linear_projection", false);
    config.cosinesFirst = json.booleanOr("flip_sin_to_cos", true);
    config.frequencyShift = json.numberOr("freq_shift", 0, -1, 1);
    config.sampleSize = json.integerOr("sample_size", 64, 1, 1024);
    for (std::size_t i = 0; i < stages; ++i) {
        const std::string width = std::to_string(config.widths[i]);
        if (config.widths[i] % config.groups != 0)
            json.fail("norm_num_groups", "is " + std::to_string(config.groups) + ", expected a divisor of " + width);
        if (config.widths[i] % config.heads[i] != 0)
            json.fail("attention_head_dim",
                      "is " + std::to_string(config.heads[i]) + ", expected a divisor of " + width);
    }
    return config;
}

std::vector<Layer> UnetConfig::layers() const
{
    Builder build{*this, {}};
    const std::size_t stages = widths.size();
    build.add(Layer::Kind::Convolution, "conv_in", inChannels, widths.front());
    build.remember();
    std::vector<std::int64_t> remembered{widths.front()};

    std::int64_t width = widths.front();
    for (std::size_t stage = 0; stage < stages; ++stage) {
        const std::string name = numbered("down_blocks", std::int64_t(stage));
        for (std::int64_t i = 0; i < layersPerBlock[stage]; ++i) {
            build.residual(numbered(name + ".resnets", i), width, widths[stage]);
            width = widths[stage];
            if (downWords[stage])
                build.words(numbered(name + ".attentions", i), width, stage);
            build.remember();
            remembered.push_back(width);
        }
        if (stage + 1 < stages) {
            build.add(Layer::Kind::Convolution, name + ".downsamplers.0.conv", width, width).stride = 2;
            build.remember();
            remembered.push_back(width);
        }
    }

    build.residual("mid_block.resnets.0", width, width);
    build.words("mid_block.attentions.0", width, stages - 1);
    build.residual("mid_block.resnets.1", width, width);

    for (std::size_t up = 0; up < stages; ++up) {
        const std::size_t stage = stages - 1 - up;
        const std::string name = numbered("up_blocks", std::int64_t(up));
        for (std::int64_t i = 0; i <= layersPerBlock[stage]; ++i) {
            build.add(Layer::Kind::Recall, {}, 0, 0);
            build.residual(numbered(name + ".resnets", i), width + remembered.back(), widths[stage]);
            remembered.pop_back();
            width = widths[stage];
            if (upWords[up])
                build.words(numbered(name + ".attentions", i), width, stage);
        }
        if (stage > 0)
            build.add(Layer::Kind::Enlarge, name + ".upsamplers.0.conv", width, width);
    }
    build.add(Layer::Kind::NormActivation, "conv_norm_out", width, width);
    build.add(Layer::Kind::Convolution, "conv_out", width, outChannels);
    return build.layers;
}

} // namespace orrery::diffusion
