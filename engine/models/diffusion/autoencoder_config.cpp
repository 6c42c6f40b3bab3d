// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/autoencoder.h"
#include "engine/models/diffusion/json_choices.h"

#include "engine/core/error.h"

namespace orrery::diffusion {
namespace {

constexpr std::int64_t kMostChannels = 8192;
constexpr double kEpsilon = 1e-6;

void requireAll(const JsonObject &json, const char *field, const char *type)
{
    if (!json.isArray(field))
        return;
    for (const std::string &text : json.texts(field))
        if (text != type)
            throw Exception(ErrorCode::Unsupported, json.where() + ": field \"" + field + "\" holds \"" + text +
                                                        "\", but this program knows \"" + type + "\"");
}

struct Builder
{
    const AutoencoderConfig &config;
    std::vector<Layer> layers;

    Layer &add(Layer::Kind kind, const std::string &name, std::int64_t in, std::int64_t out)
    {
        Layer layer;
        layer.kind = kind;
        layer.name = name;
        layer.in = in;
        layer.out = out;
        layer.groups = config.groups;
        layer.epsilon = kEpsilon;
        return layers.emplace_back(layer);
    }
    void middle(const std::string &name, std::int64_t width)
    {
        add(Layer::Kind::Residual, name + ".resnets.0", width, width);
        if (config.middleAttention)
            add(Layer::Kind::Attention, name + ".attentions.0", width, width);
        add(Layer::Kind::Residual, name + ".resnets.1", width, width);
    }
    void end(const std::string &name, std::int64_t width, std::int64_t out)
    {
        add(Layer::Kind::NormActivation, name + ".conv_norm_out", width, width);
        add(Layer::Kind::Convolution, name + ".conv_out", width, out);
    }
};

} // namespace

AutoencoderConfig AutoencoderConfig::parse(const JsonObject &json)
{
    requireText(json, "_class_name", "AutoencoderKL");
    requireText(json, "act_fn", "silu");
    requireAll(json, "down_block_types", "DownEncoderBlock2D");
    requireAll(json, "up_block_types", "UpDecoderBlock2D");
    for (const char *field : {"in_channels", "out_channels"})
        requireNumber(json, field, 3);
    for (const char *field : {"latents_mean", "latents_std"})
        requireAbsent(json, field);
    AutoencoderConfig config;
    if (json.has("block_out_channels"))
        config.widths = json.integers("block_out_channels", 1, kMostChannels);
    if (config.widths.empty() || config.widths.size() > 8)
        json.fail("block_out_channels", "holds " + std::to_string(config.widths.size()) + " numbers, expected 1 to 8");
    config.layersPerBlock = json.integerOr("layers_per_block", 1, 1, 16);
    config.latentChannels = json.integerOr("latent_channels", 4, 1, 64);
    config.groups = json.integerOr("norm_num_groups", 32, 1, kMostChannels);
    for (const std::int64_t width : config.widths)
        if (width % config.groups != 0)
            json.fail("norm_num_groups",
                      "is " + std::to_string(config.groups) + ", expected a divisor of " + std::to_string(width));
    config.scale = json.numberOr("scaling_factor", 0.18215, 1e-6, 1e6);
    config.shift = json.numberOr("shift_factor", 0, -1e6, 1e6);
    config.quantConvolution = json.booleanOr("use_quant_conv", true);
    config.postQuantConvolution = json.booleanOr("use_post_quant_conv", true);
    config.middleAttention = json.booleanOr("mid_block_add_attention", true);
    return config;
}

std::vector<Layer> AutoencoderConfig::encoder() const
{
    Builder build{*this, {}};
    build.add(Layer::Kind::Convolution, "encoder.conv_in", 3, widths.front());
    std::int64_t width = widths.front();
    for (std::size_t stage = 0; stage < widths.size(); ++stage) {
        const std::string name = "encoder.down_blocks." + std::to_string(stage);
        for (std::int64_t i = 0; i < layersPerBlock; ++i) {
            build.add(Layer::Kind::Residual, name + ".resnets." + std::to_string(i), width, widths[stage]);
            width = widths[stage];
        }
        if (stage + 1 < widths.size()) {
            Layer &down = build.add(Layer::Kind::Convolution, name + ".downsamplers.0.conv", width, width);
            down.stride = 2;
            down.lopsided = true;
        }
    }
    build.middle("encoder.mid_block", width);
    build.end("encoder", width, 2 * latentChannels);
    if (quantConvolution)
        build.add(Layer::Kind::Convolution, "quant_conv", 2 * latentChannels, 2 * latentChannels).kernel = 1;
    return build.layers;
}

std::vector<Layer> AutoencoderConfig::decoder() const
{
    Builder build{*this, {}};
    if (postQuantConvolution)
        build.add(Layer::Kind::Convolution, "post_quant_conv", latentChannels, latentChannels).kernel = 1;
    std::int64_t width = widths.back();
    build.add(Layer::Kind::Convolution, "decoder.conv_in", latentChannels, width);
    build.middle("decoder.mid_block", width);
    for (std::size_t up = 0; up < widths.size(); ++up) {
        const std::string name = "decoder.up_blocks." + std::to_string(up);
        const std::int64_t next = widths[widths.size() - 1 - up];
        for (std::int64_t i = 0; i <= layersPerBlock; ++i) {
            build.add(Layer::Kind::Residual, name + ".resnets." + std::to_string(i), width, next);
            width = next;
        }
        if (up + 1 < widths.size())
            build.add(Layer::Kind::Enlarge, name + ".upsamplers.0.conv", width, width);
    }
    build.end("decoder", width, 3);
    return build.layers;
}

} // namespace orrery::diffusion
