// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_clip_network.h"

#include "engine/runtime/generator.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::training {

PictureClipShape PictureClipShape::standard(std::int64_t vocabulary, std::int64_t endOfText)
{
    PictureClipShape shape;
    shape.text.transformer = {.width = 192,
                              .heads = 3,
                              .layers = 3,
                              .intermediate = 768,
                              .activation = clip::Activation::Gelu,
                              .epsilon = 1e-5};
    shape.text.vocabulary = vocabulary;
    shape.text.context = 32;
    shape.text.endOfText = endOfText;
    shape.text.projection = shape.image.projection;
    return shape;
}

namespace {

/// Draws every weight from a stream of its own, so that adding one does not change the others.
class Filler
{
public:
    Filler(Weights &weights, std::uint64_t seed) : m_weights(weights), m_seed(seed) {}

    void normal(const std::string &name, at::IntArrayRef shape, double deviation)
    {
        Generator generator(m_seed, m_next++);
        m_weights[name] = generator.normal(shape) * deviation;
    }
    void constant(const std::string &name, at::IntArrayRef shape, double value)
    {
        m_weights[name] = at::full(shape, value, at::TensorOptions().dtype(at::kFloat));
    }
    void linear(const std::string &name, std::int64_t out, std::int64_t in, double deviation)
    {
        normal(name + ".weight", {out, in}, deviation);
        constant(name + ".bias", {out}, 0);
    }
    void layerNorm(const std::string &name, std::int64_t width)
    {
        constant(name + ".weight", {width}, 1);
        constant(name + ".bias", {width}, 0);
    }

private:
    Weights &m_weights;
    std::uint64_t m_seed;
    std::uint64_t m_next = 0;
};

void fillImageTower(Filler &fill, const clip::ResidualTowerShape &shape)
{
    for (const clip::ConvolutionShape &convolution : clip::convolutionsOf(shape)) {
        const auto &[out, in, height, width] = convolution.shape;
        fill.normal(convolution.name + ".weight", convolution.shape,
                    std::sqrt(2.0 / static_cast<double>(out * height * width)));
        // A block starts as the identity: its last norm multiplies by zero.
        const bool lastOfBlock = convolution.name.ends_with(".conv2");
        fill.constant(convolution.name + ".norm.weight", {out}, lastOfBlock ? 0 : 1);
        fill.constant(convolution.name + ".norm.bias", {out}, 0);
        fill.constant(convolution.name + ".norm.running_mean", {out}, 0);
        fill.constant(convolution.name + ".norm.running_var", {out}, 1);
    }
    const std::int64_t width = shape.widths.back();
    const double deviation = 1.0 / std::sqrt(static_cast<double>(width));
    fill.normal("vision_model.pool.position", {1, width, shape.grid(), shape.grid()}, 0.1);
    fill.normal("vision_model.pool.mean_position", {width}, 0.1);
    for (const char *name : {"q_proj", "k_proj", "v_proj"})
        fill.linear(std::string("vision_model.pool.") + name, width, width, deviation);
    fill.normal("visual_projection.weight", {shape.projection, width}, deviation);
}

void fillTextTower(Filler &fill, const clip::TextTowerShape &shape)
{
    const std::int64_t width = shape.transformer.width;
    const double attention = 1.0 / std::sqrt(static_cast<double>(width));
    const double residual = attention / std::sqrt(2.0 * static_cast<double>(shape.transformer.layers));
    fill.normal("text_model.embeddings.token_embedding.weight", {shape.vocabulary, width}, 0.02);
    fill.normal("text_model.embeddings.position_embedding.weight", {shape.context, width}, 0.01);
    for (std::int64_t layer = 0; layer < shape.transformer.layers; ++layer) {
        const std::string name = clip::textBlock(layer);
        fill.layerNorm(name + ".layer_norm1", width);
        fill.layerNorm(name + ".layer_norm2", width);
        for (const char *projection : {".self_attn.q_proj", ".self_attn.k_proj", ".self_attn.v_proj"})
            fill.linear(name + projection, width, width, attention);
        fill.linear(name + ".self_attn.out_proj", width, width, residual);
        fill.linear(name + ".mlp.fc1", shape.transformer.intermediate, width, attention / std::sqrt(2.0));
        fill.linear(name + ".mlp.fc2", width, shape.transformer.intermediate, residual);
    }
    fill.layerNorm("text_model.final_layer_norm", width);
    fill.normal("text_projection.weight", {shape.projection, width}, attention);
}

} // namespace

Weights freshWeights(const PictureClipShape &shape, std::uint64_t seed)
{
    Weights weights;
    Filler fill(weights, seed);
    fillImageTower(fill, shape.image);
    fillTextTower(fill, shape.text);
    weights["logit_scale"] = at::full({}, std::log(1.0 / 0.07), at::TensorOptions().dtype(at::kFloat));
    return weights;
}

bool isLearned(const std::string &name)
{
    return !name.ends_with(".running_mean") && !name.ends_with(".running_var");
}

} // namespace orrery::training
