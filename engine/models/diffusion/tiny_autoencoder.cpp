// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/tiny_autoencoder.h"

#include "engine/models/diffusion/json_choices.h"

#include <ATen/ATen.h>

namespace orrery::diffusion {
namespace {

constexpr std::int64_t kMostChannels = 4096;

/// Layers are numbered through, those without weights too.
struct Builder
{
    std::string prefix;
    std::vector<Layer> layers;
    std::int64_t number = 0;

    Layer &add(Layer::Kind kind, std::int64_t in, std::int64_t out)
    {
        Layer layer;
        layer.kind = kind;
        layer.name = prefix + ".layers." + std::to_string(number++);
        layer.in = in;
        layer.out = out;
        return layers.emplace_back(layer);
    }
    void residuals(std::int64_t width, std::int64_t count)
    {
        for (std::int64_t i = 0; i < count; ++i)
            add(Layer::Kind::SmallResidual, width, width);
    }
};

void parseStages(const JsonObject &json, const char *widthField, std::vector<std::int64_t> &widths,
                 const char *blockField, std::vector<std::int64_t> &blocks)
{
    if (json.has(widthField))
        widths = json.integers(widthField, 1, kMostChannels);
    if (json.has(blockField))
        blocks = json.integers(blockField, 0, 64);
    if (widths.empty() || widths.size() > 8 || widths.size() != blocks.size())
        json.fail(blockField,
                  "holds " + std::to_string(blocks.size()) + " numbers, expected 1 to 8, as many as " + widthField);
    for (const std::int64_t width : widths)
        if (width != widths.front())
            json.fail(widthField, "holds different numbers, expected the same for all stages");
}

} // namespace

TinyAutoencoderConfig TinyAutoencoderConfig::parse(const JsonObject &json)
{
    requireText(json, "_class_name", "AutoencoderTiny");
    requireText(json, "act_fn", "relu");
    requireText(json, "upsample_fn", "nearest");
    requireNumber(json, "upsampling_scaling_factor", 2);
    requireNumber(json, "scaling_factor", 1);
    requireNumber(json, "shift_factor", 0);
    for (const char *field : {"in_channels", "out_channels"})
        requireNumber(json, field, 3);
    TinyAutoencoderConfig config;
    config.latentChannels = json.integerOr("latent_channels", 4, 1, 64);
    parseStages(json, "decoder_block_out_channels", config.widths, "num_decoder_blocks", config.blocks);
    parseStages(json, "encoder_block_out_channels", config.encoderWidths, "num_encoder_blocks", config.encoderBlocks);
    return config;
}

std::vector<Layer> TinyAutoencoderConfig::encoder() const
{
    Builder build{"encoder", {}};
    const std::int64_t width = encoderWidths.front();
    for (std::size_t stage = 0; stage < encoderBlocks.size(); ++stage) {
        Layer &convolution = build.add(Layer::Kind::Convolution, stage == 0 ? 3 : width, width);
        convolution.stride = stage == 0 ? 1 : 2;
        convolution.bias = stage == 0;
        build.residuals(width, encoderBlocks[stage]);
    }
    build.add(Layer::Kind::Convolution, width, latentChannels);
    return build.layers;
}

std::vector<Layer> TinyAutoencoderConfig::decoder() const
{
    Builder build{"decoder", {}};
    const std::int64_t width = widths.front();
    build.add(Layer::Kind::Convolution, latentChannels, width);
    build.add(Layer::Kind::Relu, width, width);
    for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
        build.residuals(width, blocks[stage]);
        if (stage + 1 < blocks.size()) {
            ++build.number; // enlarging is a layer of its own there
            build.add(Layer::Kind::Enlarge, width, width).bias = false;
        } else {
            build.add(Layer::Kind::Convolution, width, 3);
        }
    }
    return build.layers;
}

TinyAutoencoder::TinyAutoencoder(const TinyAutoencoderConfig &config, Weights weights)
    : m_weights(std::move(weights)), m_decoder(config.decoder())
{}

std::vector<ExpectedWeight> TinyAutoencoder::expectedWeights(const TinyAutoencoderConfig &config)
{
    std::vector<ExpectedWeight> all = diffusion::expectedWeights(config.encoder());
    const std::vector<ExpectedWeight> decoder = diffusion::expectedWeights(config.decoder());
    all.insert(all.end(), decoder.begin(), decoder.end());
    return all;
}

Task<at::Tensor> TinyAutoencoder::decode(StepPacer &pace, at::Tensor latents) const
{
    const at::ScalarType type = weightOf(m_weights, "decoder.layers.0.weight").scalar_type();
    const at::Tensor bounded = at::tanh(latents / 3) * 3;
    Task<at::Tensor> pieces = runLayers(pace, m_weights, m_decoder, bounded.to(type), NetworkInputs{});
    const at::Tensor output = co_await std::move(pieces);
    co_return output.to(at::kFloat) * 2 - 1;
}

} // namespace orrery::diffusion
