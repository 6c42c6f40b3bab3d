// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/diffusion/network.h"

#include "engine/files/json_file.h"

namespace orrery::diffusion {

/// config.json of a UNet2DConditionModel, as Stable Diffusion 1.x, 2.x and Turbo have it.
struct UnetConfig
{
    std::int64_t inChannels = 4, outChannels = 4;
    std::vector<std::int64_t> widths{320, 640, 1280, 1280};  ///< channels of every stage
    std::vector<bool> downWords, upWords;                    ///< whether a stage looks at the words
    std::vector<std::int64_t> layersPerBlock, heads, blocks; ///< of every stage on the way down
    std::int64_t contextWidth = 1280;                        ///< D, of words
    std::int64_t groups = 32;
    double epsilon = 1e-5;
    bool linearProjection = false;
    bool cosinesFirst = true;     ///< flip_sin_to_cos
    double frequencyShift = 0;    ///< freq_shift
    std::int64_t sampleSize = 64; ///< cells of the latent pictures it was trained with, edge

    std::int64_t timeWidth() const { return 4 * widths.front(); }

    /// @throws Exception{ModelFile, Unsupported} naming file and field.
    static UnetConfig parse(const JsonObject &json);
    /// From its first convolution to its last.
    std::vector<Layer> layers() const;
};

/// The network that sees what is noise in a latent picture.
/// Source: Rombach et al. 2022, arXiv:2112.10752; Ho et al. 2020, arXiv:2006.11239, appendix B. Thread: engine.
class Unet
{
public:
    Unet(UnetConfig config, Weights weights);
    static std::vector<ExpectedWeight> expectedWeights(const UnetConfig &config);

    /// @param x        float [B, C, H, W], in latent cells; any H and W
    /// @param time     training step, a fraction perhaps
    /// @param context  [B, T, D], what the words say
    /// @param watch    not null: collects where words were looked at
    /// @return         float [B, C', H, W]
    Task<at::Tensor> run(StepPacer &pace, at::Tensor x, double time, at::Tensor context, AttentionWatch *watch) const;

    const UnetConfig &config() const { return m_config; }

private:
    at::Tensor timeSignal(double time, std::int64_t batch) const;

    UnetConfig m_config;
    Weights m_weights;
    std::vector<Layer> m_layers;
};

} // namespace orrery::diffusion
