// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/fresh_speech_weights.h"

#include "engine/api/sound.h"
#include "engine/training/fresh_weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::training {

namespace {

constexpr int kPhases = 4; // of every frequency: a rectified sum of four hardly depends on the phase
constexpr double kLowest = 60, kHighest = 7200; // Hz, middles of the first and the last filter
constexpr double kEmphasised = 500;             // Hz, above which filters begin 6 dB an octave louder

double mel(double hertz)
{
    return 1127 * std::log(1 + hertz / 700);
}

/// Cosines under Hann's window, high ones louder, as speech has less of them. [channels, 1, kernel]
at::Tensor gaborFilters(std::int64_t channels, std::int64_t kernel)
{
    const at::Tensor filters = at::empty({channels, 1, kernel}, at::kFloat);
    float *values = filters.mutable_data_ptr<float>();
    const std::int64_t frequencies = (channels + kPhases - 1) / kPhases;
    for (std::int64_t c = 0; c < channels; ++c) {
        const double share = double(c / kPhases) / double(std::max<std::int64_t>(1, frequencies - 1));
        const double hertz = 700 * (std::exp((mel(kLowest) + share * (mel(kHighest) - mel(kLowest))) / 1127) - 1);
        const double phase = std::numbers::pi / 2 * double(c % kPhases);
        for (std::int64_t i = 0; i < kernel; ++i) {
            const double window = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (double(i) + 0.5) / double(kernel));
            const double angle = 2 * std::numbers::pi * hertz / kSoundRate * (double(i) - double(kernel) / 2) + phase;
            *values++ = float(8.0 / double(kernel) * std::max(1.0, hertz / kEmphasised) * window * std::cos(angle));
        }
    }
    return filters;
}

} // namespace

Weights freshSpeechWeights(const speech::SpeechShape &shape, std::uint64_t seed,
                           const std::vector<ExpectedWeight> &more, std::map<std::string, double> deviations)
{
    const double residual =
        1 / std::sqrt(static_cast<double>(shape.width)) / std::sqrt(2.0 * static_cast<double>(shape.layers));
    deviations["out_proj.weight"] = deviations["output_dense.weight"] = residual;
    std::vector<ExpectedWeight> expected = speech::expectedWeights(shape);
    expected.insert(expected.end(), more.begin(), more.end());
    Weights weights = freshWeights(expected, seed, deviations);
    weights["masked_spec_embed"] = at::zeros({shape.width}, at::kFloat);
    weights["feature_extractor.conv_layers.0.conv.weight"] =
        gaborFilters(shape.convolutions[0].channels, shape.convolutions[0].kernel);
    // Weight norm begins with the length that the kernel has.
    const at::Tensor &kernel = weights["encoder.pos_conv_embed.conv.weight_v"];
    weights["encoder.pos_conv_embed.conv.weight_g"] = kernel.square().sum(at::IntArrayRef({0, 1}), true).sqrt();
    return weights;
}

speech::SpeechShape builtInSpeechShape()
{
    speech::SpeechShape shape;
    shape.convolutions = {{160, 200, 40}, {192, 3, 2}, {256, 3, 2}, {256, 3, 2}};
    shape.featureNorm = speech::FeatureNorm::Layer;
    shape.convolutionBias = true;
    shape.featureActivation = speech::Activation::Relu; // whose rectifying is the same for soft parts and loud ones
    shape.width = 256;
    shape.heads = 4;
    shape.layers = 4;
    shape.intermediate = 768;
    shape.preNorm = true;
    shape.positionKernel = 16;
    shape.positionGroups = 8;
    shape.attentionLeft = 24;
    shape.attentionRight = 3;
    shape.normalises = false;
    return shape;
}

} // namespace orrery::training
