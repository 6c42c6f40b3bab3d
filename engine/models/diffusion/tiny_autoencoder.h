// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/diffusion/network.h"

#include "engine/files/json_file.h"

namespace orrery::diffusion {

/// config.json of an AutoencoderTiny: a decoder so small that a preview every step costs little (TAESD, by O. B.
/// Bohan).
struct TinyAutoencoderConfig
{
    std::vector<std::int64_t> widths{64, 64, 64, 64}; ///< of the decoder's stages
    std::vector<std::int64_t> blocks{3, 3, 3, 1};
    std::vector<std::int64_t> encoderWidths{64, 64, 64, 64}, encoderBlocks{1, 3, 3, 3};
    std::int64_t latentChannels = 4;

    /// @throws Exception{ModelFile, Unsupported} naming file and field.
    static TinyAutoencoderConfig parse(const JsonObject &json);
    std::vector<Layer> encoder() const; ///< described only so that its weights are expected
    std::vector<Layer> decoder() const;
};

/// Thread: engine.
class TinyAutoencoder
{
public:
    TinyAutoencoder(const TinyAutoencoderConfig &config, Weights weights);
    static std::vector<ExpectedWeight> expectedWeights(const TinyAutoencoderConfig &config);

    /// @param latents  float [B, L, H, W], as the diffusion model sees them    @return float [B, 3, 8 H, 8 W], about
    /// [−1, 1]
    Task<at::Tensor> decode(StepPacer &pace, at::Tensor latents) const;

private:
    Weights m_weights;
    std::vector<Layer> m_decoder;
};

} // namespace orrery::diffusion
