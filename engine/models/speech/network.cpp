// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/network.h"

#include "engine/models/half_products.h"
#include "engine/models/packed_products.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace orrery::speech {
namespace {

Affine affineOf(const Weights &weights, const std::string &name)
{
    const auto bias = weights.find(name + ".bias");
    return {weightOf(weights, name + ".weight"), bias == weights.end() ? at::Tensor() : bias->second};
}

at::Tensor linear(const Affine &affine, const at::Tensor &x)
{
    return product(x, affine.weight, affine.bias);
}

at::Tensor layerNorm(const Affine &norm, const at::Tensor &x, double epsilon)
{
    return at::layer_norm(x, {x.size(-1)}, norm.weight, norm.bias, epsilon);
}

at::Tensor activate(Activation activation, const at::Tensor &x)
{
    switch (activation) {
    case Activation::Gelu:
        return at::gelu(x);
    case Activation::GeluTanh:
        return at::gelu(x, "tanh");
    default:
        return at::relu(x);
    }
}

/// Weight norm over the last dimension: every place of the kernel has a length of its own. [G, kernel · D / G, D / G]
at::Tensor positionWeight(const SpeechShape &shape, const Weights &weights)
{
    const at::Tensor &direction = weightOf(weights, "encoder.pos_conv_embed.conv.weight_v");
    const at::Tensor length = weightOf(weights, "encoder.pos_conv_embed.conv.weight_g").view({1, 1, -1});
    const at::Tensor weight = direction * (length / direction.square().sum(1, true).sum(0, true).sqrt());
    const std::int64_t groups = shape.positionGroups, each = shape.width / groups;
    return weight.view({groups, each, each, shape.positionKernel})
        .permute({0, 3, 2, 1})
        .reshape({groups, shape.positionKernel * each, each})
        .contiguous();
}

void forProducts(Network &network, at::Tensor (*change)(const at::Tensor &weight))
{
    for (std::size_t i = 1; i < network.convolutions.size(); ++i) // the first sees samples, and costs little
        network.convolutions[i].weight = change(network.convolutions[i].weight);
    network.projection.weight = change(network.projection.weight);
    for (Network::Layer &layer : network.layers)
        for (Affine *affine : {&layer.heads, &layer.out, &layer.up, &layer.down})
            affine->weight = change(affine->weight);
}

constexpr double kFeatureEpsilon = 1e-5; // PyTorch's own, which the feature encoder's norms keep

} // namespace

Network makeNetwork(const SpeechShape &shape, const Weights &weights)
{
    Network network;
    network.shape = shape;
    for (std::size_t i = 0; i < shape.convolutions.size(); ++i) {
        const std::string name = "feature_extractor.conv_layers." + std::to_string(i);
        const at::Tensor &weight = weightOf(weights, name + ".conv.weight"); // [C', C, kernel]
        Network::Convolution convolution;
        convolution.weight = weight.permute({0, 2, 1}).reshape({weight.size(0), -1}).contiguous();
        if (shape.convolutionBias)
            convolution.bias = weightOf(weights, name + ".conv.bias");
        if (shape.featureNorm == FeatureNorm::Layer || i == 0)
            convolution.norm = affineOf(weights, name + ".layer_norm");
        network.convolutions.push_back(std::move(convolution));
    }
    if (shape.projectionNorm)
        network.projectionNorm = affineOf(weights, "feature_projection.layer_norm");
    network.projection = affineOf(weights, "feature_projection.projection");
    network.position = {positionWeight(shape, weights), weightOf(weights, "encoder.pos_conv_embed.conv.bias")};
    network.encoderNorm = affineOf(weights, "encoder.layer_norm");
    const double scale = 1 / std::sqrt(double(shape.width / shape.heads));
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const std::string name = "encoder.layers." + std::to_string(i);
        Network::Layer layer;
        const Affine q = affineOf(weights, name + ".attention.q_proj"),
                     k = affineOf(weights, name + ".attention.k_proj"),
                     v = affineOf(weights, name + ".attention.v_proj");
        layer.heads = {at::cat({q.weight * scale, k.weight, v.weight}), at::cat({q.bias * scale, k.bias, v.bias})};
        layer.out = affineOf(weights, name + ".attention.out_proj");
        layer.attentionNorm = affineOf(weights, name + ".layer_norm");
        layer.up = affineOf(weights, name + ".feed_forward.intermediate_dense");
        layer.down = affineOf(weights, name + ".feed_forward.output_dense");
        layer.finalNorm = affineOf(weights, name + ".final_layer_norm");
        network.layers.push_back(std::move(layer));
    }
    if (shape.vocabulary > 0)
        network.letters = affineOf(weights, "lm_head");
    if (shape.codeGroups > 0) {
        network.codeScores = affineOf(weights, "quantizer.weight_proj");
        network.codeVectors = weightOf(weights, "quantizer.codevectors")
                                  .view({shape.codeGroups, shape.codesInGroup, shape.codeWidth / shape.codeGroups});
        network.codeSide = affineOf(weights, "project_q");
        network.hearSide = affineOf(weights, "project_hid");
    }
    return network;
}

void halveProducts(Network &network)
{
    forProducts(network, halved);
    network.position.weight = halved(network.position.weight);
}

void packProducts(Network &network)
{
    forProducts(network, packed);
}

at::Tensor convolve(const Network &network, std::size_t index, const at::Tensor &x)
{
    const ConvolutionShape &shape = network.shape.convolutions[index];
    const std::int64_t rows = (x.size(0) - shape.kernel) / shape.stride + 1, channels = x.size(1);
    // Neighbouring rows lie behind each other in memory, so a window of `kernel` of them is one long row.
    const at::Tensor plain = x.contiguous();
    const at::Tensor windows = plain.as_strided({rows, shape.kernel * channels}, {shape.stride * channels, 1});
    const Network::Convolution &convolution = network.convolutions[index];
    // Overlapping rows are nothing that a BLAS takes: a copy, small beside the product.
    return product(windows.contiguous(), convolution.weight, convolution.bias);
}

at::Tensor afterConvolution(const Network &network, std::size_t index, const at::Tensor &x)
{
    const bool norm = network.shape.featureNorm == FeatureNorm::Layer;
    return activate(network.shape.featureActivation,
                    norm ? layerNorm(network.convolutions[index].norm, x, kFeatureEpsilon) : x);
}

at::Tensor afterGroupNorm(const Network &network, const at::Tensor &x, const at::Tensor &scale, const at::Tensor &shift)
{
    return activate(network.shape.featureActivation, at::addcmul(shift, x, scale));
}

at::Tensor normFeatures(const Network &network, const at::Tensor &features)
{
    return network.shape.projectionNorm ? layerNorm(network.projectionNorm, features, network.shape.epsilon) : features;
}

at::Tensor project(const Network &network, const at::Tensor &normed)
{
    return linear(network.projection, normed);
}

at::Tensor positions(const Network &network, const at::Tensor &x)
{
    // A product over neighbouring rows again, for every group of channels: which convolution LibTorch would take, and
    // so its last bits, depend on the number of threads.
    const SpeechShape &shape = network.shape;
    const std::int64_t groups = shape.positionGroups, each = shape.width / groups, kernel = shape.positionKernel;
    const std::int64_t rows = x.size(0) - kernel + 1;
    const at::Tensor plain = x.view({x.size(0), groups, each}).transpose(0, 1).contiguous(); // [G, N, D / G]
    const at::Tensor windows = plain.as_strided({groups, rows, kernel * each}, {plain.stride(0), each, 1}).contiguous();
    const at::Tensor &weight = network.position.weight;
    const bool halved = weight.scalar_type() == at::kBFloat16 && windows.scalar_type() == at::kFloat;
    const at::Tensor mixed = at::bmm(halved ? windows.to(at::kBFloat16) : windows, weight);
    const at::Tensor y = mixed.transpose(0, 1).reshape({rows, shape.width});
    return activate(shape.featureActivation, y + network.position.bias);
}

at::Tensor enter(const Network &network, const at::Tensor &projected, const at::Tensor &positions)
{
    const at::Tensor x = projected + positions;
    return network.shape.preNorm ? x : layerNorm(network.encoderNorm, x, network.shape.epsilon);
}

at::Tensor headsOf(const Network &network, std::size_t layer, const at::Tensor &x)
{
    const Network::Layer &weights = network.layers[layer];
    return linear(weights.heads,
                  network.shape.preNorm ? layerNorm(weights.attentionNorm, x, network.shape.epsilon) : x);
}

at::Tensor attend(const Network &network, const at::Tensor &heads, const at::Tensor &others, std::int64_t first)
{
    const SpeechShape &shape = network.shape;
    const std::int64_t rows = heads.size(0), width = shape.width, each = width / shape.heads;
    // Only the keys that somebody may look at.
    std::int64_t begin = 0, end = others.size(0);
    if (shape.local()) {
        begin = std::max<std::int64_t>(0, first - shape.attentionLeft);
        end = std::min(end, first + rows + shape.attentionRight);
    }
    const at::Tensor seen = others.slice(0, begin, end);
    const auto part = [&](const at::Tensor &x, std::int64_t which) { // [H, rows, D / H]
        return x.narrow(1, which * width, width).view({x.size(0), shape.heads, each}).transpose(0, 1);
    };
    at::Tensor scores = at::bmm(part(heads, 0), part(seen, 1).transpose(1, 2)); // [H, M, N]
    if (shape.local()) {
        const at::TensorOptions places = at::TensorOptions().dtype(at::kLong).device(scores.device());
        const at::Tensor distance = (at::arange(begin, end, places).unsqueeze(0) -
                                     at::arange(first, first + rows, places).unsqueeze(1)); // [M, N]
        const at::Tensor hidden = (distance < -shape.attentionLeft).logical_or(distance > shape.attentionRight);
        scores = scores.masked_fill(hidden, -std::numeric_limits<float>::infinity());
    }
    const at::Tensor mixed = at::bmm(at::softmax(scores, -1), part(seen, 2)); // [H, M, D / H]
    return mixed.transpose(0, 1).reshape({rows, width});
}

at::Tensor afterAttention(const Network &network, std::size_t layer, const at::Tensor &x, const at::Tensor &attended)
{
    const Network::Layer &weights = network.layers[layer];
    const at::Tensor y = x + linear(weights.out, attended);
    return network.shape.preNorm ? y : layerNorm(weights.attentionNorm, y, network.shape.epsilon);
}

at::Tensor feedForward(const Network &network, std::size_t layer, const at::Tensor &x)
{
    const Network::Layer &weights = network.layers[layer];
    const double epsilon = network.shape.epsilon;
    const at::Tensor in = network.shape.preNorm ? layerNorm(weights.finalNorm, x, epsilon) : x;
    const at::Tensor y = x + linear(weights.down, activate(network.shape.activation, linear(weights.up, in)));
    return network.shape.preNorm ? y : layerNorm(weights.finalNorm, y, epsilon);
}

at::Tensor leave(const Network &network, const at::Tensor &x)
{
    return network.shape.preNorm ? layerNorm(network.encoderNorm, x, network.shape.epsilon) : x;
}

at::Tensor letterScores(const Network &network, const at::Tensor &x)
{
    return linear(network.letters, x);
}

at::Tensor codesOf(const Network &network, const at::Tensor &normed)
{
    return linear(network.codeScores, normed)
        .view({normed.size(0), network.shape.codeGroups, network.shape.codesInGroup})
        .argmax(-1);
}

} // namespace orrery::speech
