// SPDX-License-Identifier: Apache-2.0
/// Networks of convolutions and attention as lists of layers: the UNet of Stable Diffusion and its autoencoders. One
/// list says which weights there are, and is what is computed. Source: Rombach et al. 2022, arXiv:2112.10752, appendix
/// E; weight names and semantics of diffusers' UNet2DConditionModel, AutoencoderKL and AutoencoderTiny, to which
/// tests/reference/make_diffusion_fixtures.py compares. Letters: B batch, C channels, H and W height and width, T words
/// of a prompt, D their width, E width of the time signal.
#pragma once

#include "engine/core/task.h"
#include "engine/models/step_pacer.h"
#include "engine/models/weights_loader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::diffusion {

struct Layer
{
    enum class Kind
    {
        Convolution,    ///< NAME, `kernel` and `stride`
        Residual,       ///< NAME.norm1 … NAME.conv_shortcut; moved by the time where timeWidth > 0
        Attention,      ///< NAME.group_norm, NAME.to_q …: every cell looks at every cell, one head
        Transformer,    ///< NAME.norm, NAME.proj_in, NAME.transformer_blocks.0 …: cells look at cells and at words
        Enlarge,        ///< nearest neighbour to twice the size, or to that of what is remembered; then NAME
        NormActivation, ///< group norm NAME, then SiLU
        Remember,       ///< puts a copy aside
        Recall,         ///< joins the last copy to the channels
        Relu,
        SmallResidual, ///< NAME.conv.0, .2, .4 of AutoencoderTiny
    };
    Kind kind = Kind::Convolution;
    std::string name;
    std::int64_t in = 0, out = 0; ///< channels

    std::int64_t kernel = 3, stride = 1;
    bool bias = true;
    bool lopsided = false; ///< a convolution of stride 2 that is padded on the right and at the bottom alone

    std::int64_t groups = 32;
    double epsilon = 1e-5;         ///< of group norms
    std::int64_t timeWidth = 0;    ///< E
    std::int64_t heads = 1;        ///< of a transformer
    std::int64_t blocks = 1;       ///< of a transformer
    std::int64_t contextWidth = 0; ///< D
    bool linearProjection = false; ///< proj_in and proj_out are products instead of convolutions over one pixel
};

std::vector<ExpectedWeight> expectedWeights(const std::vector<Layer> &layers);

/// Collects where words were looked at: the mean over heads, of the last of the batch.
struct AttentionWatch
{
    std::int64_t height = 0, width = 0; ///< cells to which the maps of all layers are brought
    at::Tensor sum;                     ///< float [T, height, width]
    std::int64_t count = 0;             ///< layers that were added
};

/// What a network is given besides its input.
struct NetworkInputs
{
    at::Tensor time;    ///< [B, E] after the activation
    at::Tensor context; ///< [B, T, D]
    AttentionWatch *watch = nullptr;
};

/// Yields between pieces of layers. Attention goes in slices of cells, so that neither time nor memory of one grows
/// with the square of the picture.
/// @param x  [B, C, H, W] of the weights' type    @return  [B, C', H', W'] of that type
/// Thread: engine.
Task<at::Tensor> runLayers(StepPacer &pace, const Weights &weights, const std::vector<Layer> &layers, at::Tensor x,
                           NetworkInputs inputs);

} // namespace orrery::diffusion
