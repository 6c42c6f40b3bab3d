// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/autoencoder.h"

#include "engine/core/error.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace orrery::diffusion {
namespace {

/// Fades the end of `before` into the beginning of `tile`, along a dimension.
void blend(const at::Tensor &before, at::Tensor &tile, std::int64_t dimension, std::int64_t extent)
{
    extent = std::min({extent, before.size(dimension), tile.size(dimension)});
    std::vector<std::int64_t> shape(4, 1);
    shape[std::size_t(dimension)] = extent;
    const at::Tensor share = (at::arange(extent, tile.options().dtype(at::kFloat)) / double(extent)).view(shape);
    at::Tensor start = tile.narrow(dimension, 0, extent);
    start.copy_(before.narrow(dimension, before.size(dimension) - extent, extent) * (1 - share) + start * share);
}

} // namespace

Autoencoder::Autoencoder(AutoencoderConfig config, Weights weights)
    : m_config(std::move(config)), m_weights(std::move(weights)), m_encoder(m_config.encoder()),
      m_decoder(m_config.decoder())
{}

std::vector<ExpectedWeight> Autoencoder::expectedWeights(const AutoencoderConfig &config)
{
    std::vector<ExpectedWeight> all = diffusion::expectedWeights(config.encoder());
    const std::vector<ExpectedWeight> decoder = diffusion::expectedWeights(config.decoder());
    all.insert(all.end(), decoder.begin(), decoder.end());
    return all;
}

Task<at::Tensor> Autoencoder::run(StepPacer &pace, const std::vector<Layer> &layers, at::Tensor x) const
{
    const at::ScalarType type = weightOf(m_weights, "decoder.conv_in.weight").scalar_type();
    Task<at::Tensor> pieces = runLayers(pace, m_weights, layers, x.to(type), NetworkInputs{});
    const at::Tensor output = co_await std::move(pieces);
    co_return output.to(at::kFloat);
}

Task<at::Tensor> Autoencoder::tiled(StepPacer &pace, const std::vector<Layer> &layers, at::Tensor x, std::int64_t edge,
                                    std::int64_t scaleUp, std::int64_t scaleDown) const
{
    if (x.size(2) <= edge && x.size(3) <= edge) {
        Task<at::Tensor> whole = run(pace, layers, x);
        co_return co_await std::move(whole);
    }
    // A quarter of each tile lies over the one before it.
    const std::int64_t stride = edge * 3 / 4, overlap = edge / 4 * scaleUp / scaleDown;
    const std::int64_t kept = edge * scaleUp / scaleDown - overlap;
    std::vector<at::Tensor> rows, above;
    for (std::int64_t top = 0; top < x.size(2); top += stride) {
        std::vector<at::Tensor> tiles, parts;
        for (std::int64_t left = 0; left < x.size(3); left += stride) {
            Task<at::Tensor> one = run(
                pace, layers,
                x.narrow(2, top, std::min(edge, x.size(2) - top)).narrow(3, left, std::min(edge, x.size(3) - left)));
            at::Tensor tile = co_await std::move(one);
            if (top > 0)
                blend(above[tiles.size()], tile, 2, overlap);
            if (left > 0)
                blend(tiles.back(), tile, 3, overlap);
            parts.push_back(tile.slice(2, 0, kept).slice(3, 0, kept));
            tiles.push_back(tile);
        }
        rows.push_back(at::cat(parts, 3));
        above = std::move(tiles);
    }
    co_return at::cat(rows, 2);
}

Task<Autoencoder::Encoded> Autoencoder::encode(StepPacer &pace, at::Tensor pixels) const
{
    const std::int64_t factor = m_config.factor();
    if (pixels.size(2) % factor != 0 || pixels.size(3) % factor != 0)
        throw Exception(ErrorCode::Shape, "A picture of " + std::to_string(pixels.size(3)) + " × " +
                                              std::to_string(pixels.size(2)) +
                                              " pixels cannot be encoded, expected "
                                              "multiples of " +
                                              std::to_string(factor));
    Task<at::Tensor> pieces = tiled(pace, m_encoder, pixels, tile * factor, 1, factor);
    const at::Tensor moments = co_await std::move(pieces); // [B, 2 L, h, w]
    const std::vector<at::Tensor> halves = moments.chunk(2, 1);
    co_return Encoded{halves[0], at::exp(halves[1].clamp(-30, 20) * 0.5)};
}

Task<at::Tensor> Autoencoder::decode(StepPacer &pace, at::Tensor latents) const
{
    Task<at::Tensor> pieces = tiled(pace, m_decoder, latents, tile, m_config.factor(), 1);
    co_return co_await std::move(pieces);
}

} // namespace orrery::diffusion
