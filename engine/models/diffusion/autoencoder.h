// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/diffusion/network.h"

#include "engine/files/json_file.h"

#include <functional>

namespace orrery::diffusion {

/// config.json of an AutoencoderKL.
struct AutoencoderConfig
{
    std::vector<std::int64_t> widths{64};
    std::int64_t layersPerBlock = 1;
    std::int64_t latentChannels = 4;
    std::int64_t groups = 32;
    double scale = 0.18215; ///< what the diffusion model sees is latents times this
    double shift = 0;       ///< … after this was taken away
    bool quantConvolution = true, postQuantConvolution = true;
    bool middleAttention = true;

    /// Pixels per latent cell, edge.
    std::int64_t factor() const { return std::int64_t(1) << (widths.size() - 1); }

    /// @throws Exception{ModelFile, Unsupported} naming file and field.
    static AutoencoderConfig parse(const JsonObject &json);
    std::vector<Layer> encoder() const;
    std::vector<Layer> decoder() const;
};

/// Pictures as a few numbers for every 8 × 8 pixels, and back.
/// Source: Rombach et al. 2022, arXiv:2112.10752, section 3.1; Kingma and Welling 2014, arXiv:1312.6114. Thread:
/// engine.
class Autoencoder
{
public:
    Autoencoder(AutoencoderConfig config, Weights weights);
    static std::vector<ExpectedWeight> expectedWeights(const AutoencoderConfig &config);

    /// What a picture may be: mean and standard deviation of latents, unscaled.
    struct Encoded
    {
        at::Tensor mean;      ///< float [B, L, H / 8, W / 8]
        at::Tensor deviation; ///< the same
    };
    /// @param pixels  float [B, 3, H, W] in [−1, 1]; H and W multiples of factor()
    Task<Encoded> encode(StepPacer &pace, at::Tensor pixels) const;
    /// @param latents  float [B, L, H, W], unscaled    @return float [B, 3, 8 H, 8 W], about [−1, 1]
    /// What is larger than a tile goes in overlapping tiles, whose seams are blended, so that memory does not grow.
    Task<at::Tensor> decode(StepPacer &pace, at::Tensor latents) const;

    const AutoencoderConfig &config() const { return m_config; }
    /// Edge of tiles in latent cells. A picture of 512 × 512 is one tile.
    std::int64_t tile = 64;

private:
    Task<at::Tensor> run(StepPacer &pace, const std::vector<Layer> &layers, at::Tensor x) const;
    /// @param edge     of tiles of x    @param scaleUp, scaleDown  edge of the result per edge of x
    Task<at::Tensor> tiled(StepPacer &pace, const std::vector<Layer> &layers, at::Tensor x, std::int64_t edge,
                           std::int64_t scaleUp, std::int64_t scaleDown) const;

    AutoencoderConfig m_config;
    Weights m_weights;
    std::vector<Layer> m_encoder, m_decoder;
};

} // namespace orrery::diffusion
