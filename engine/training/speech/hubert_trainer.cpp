// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/hubert_trainer.h"

#include "engine/api/sound.h"
#include "engine/runtime/generator.h"
#include "engine/training/fresh_weights.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::training {

namespace {

constexpr double kTemperature = 0.1; // of cosines, as in the paper's section II-A
constexpr int kPhases = 4;           // of every frequency: a rectified sum of four hardly depends on the phase
constexpr double kLowest = 60, kHighest = 7200; // Hz, middles of the first and the last filter
constexpr double kEmphasised = 500;             // Hz, above which filters begin 6 dB an octave louder
constexpr std::uint32_t kMaskStream = 0x3A5C;

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

Weights freshHubert(const speech::SpeechShape &shape, const HubertOptions &options, std::int64_t classes)
{
    const double residual =
        1 / std::sqrt(static_cast<double>(shape.width)) / std::sqrt(2.0 * static_cast<double>(shape.layers));
    std::vector<ExpectedWeight> expected = speech::expectedWeights(shape);
    expected.push_back({"final_proj.weight", {options.contrastWidth, shape.width}});
    expected.push_back({"final_proj.bias", {options.contrastWidth}});
    expected.push_back({"class_embeddings", {classes, options.contrastWidth}});
    Weights weights =
        freshWeights(expected, options.seed, {{"out_proj.weight", residual}, {"output_dense.weight", residual}});
    weights["masked_spec_embed"] = at::zeros({shape.width}, at::kFloat);
    weights["feature_extractor.conv_layers.0.conv.weight"] =
        gaborFilters(shape.convolutions[0].channels, shape.convolutions[0].kernel);
    // Weight norm begins with the length that the kernel has.
    const at::Tensor &kernel = weights["encoder.pos_conv_embed.conv.weight_v"];
    weights["encoder.pos_conv_embed.conv.weight_g"] = kernel.square().sum(at::IntArrayRef({0, 1}), true).sqrt();
    return weights;
}

} // namespace

speech::SpeechShape HubertTrainer::builtInShape()
{
    speech::SpeechShape shape;
    shape.modelType = "hubert";
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

HubertOptions HubertTrainer::recipe()
{
    HubertOptions options;
    options.learningRate = 1.5e-3;
    options.steps = 6000;
    options.average = 0.998;
    return options;
}

HubertTrainer::HubertTrainer(std::shared_ptr<const SpeechExamples> examples, HubertOptions options,
                             speech::SpeechShape shape, at::Device device)
    : Trainer(options, freshHubert(shape, options, std::int64_t(examples->world().phones().size())), device),
      m_examples(std::move(examples)), m_hubert(options), m_shape(std::move(shape))
{}

HubertTrainer::~HubertTrainer()
{
    HubertTrainer::forgetGathered();
}

std::string HubertTrainer::report() const
{
    char text[80];
    std::snprintf(text, sizeof text, "loss %.3f, %.1f %% of phones right", loss(), 100 * m_accuracy);
    return text;
}

HubertTrainer::Batch HubertTrainer::compose(std::int64_t step, float rough) const
{
    Batch batch;
    for (std::int64_t i = 0; i < m_hubert.batch; ++i)
        batch.push_back(m_examples->varied(std::uint64_t(step * m_hubert.batch + i), m_hubert.samples, rough));
    return batch;
}

void HubertTrainer::gather()
{
    const auto composeAt = [this](std::int64_t at) {
        const double share = std::clamp(2 * fractionAt(at), 0.0, 1.0);
        const auto rough = float(m_hubert.roughAtFirst + share * (m_hubert.roughAtLast - m_hubert.roughAtFirst));
        return [this, at, rough] { return compose(at, rough); };
    };
    m_batch = m_nextBatch.valid() ? m_nextBatch.get() : composeAt(step())();
    m_nextBatch = std::async(std::launch::async, composeAt(step() + 1));
    m_next = 0;
}

void HubertTrainer::forgetGathered()
{
    if (m_nextBatch.valid())
        m_nextBatch.wait();
    m_nextBatch = {};
}

at::Tensor HubertTrainer::masked(const at::Tensor &projected)
{
    return at::where(m_hidden.unsqueeze(1), weightOf(m_weights, "masked_spec_embed").unsqueeze(0), projected);
}

Trainer::Pass HubertTrainer::begin()
{
    SpokenStretch &stretch = m_batch[m_next];
    const auto frames = std::int64_t(stretch.phones.size());
    {
        Generator generator(m_options.seed, std::uint64_t(step() * m_hubert.batch) + m_next, kMaskStream);
        const at::Tensor hidden = at::zeros({frames}, at::kBool);
        bool *values = hidden.mutable_data_ptr<bool>();
        for (std::int64_t t = 0; t < frames; ++t)
            if (generator.uniform() < m_hubert.maskStart)
                std::fill(values + t, values + std::min(frames, t + m_hubert.maskFrames), true);
        m_hidden = hidden.to(m_device);
        const at::Tensor classes = at::empty({frames}, at::kLong);
        std::copy(stretch.phones.begin(), stretch.phones.end(), classes.mutable_data_ptr<std::int64_t>());
        m_classes = classes.to(m_device);
    }
    // Anew for every pass: what leads from the weights to it is given up by the pass's way back.
    m_network = speech::makeNetwork(m_shape, m_weights);
    Pass pass;
    pass.input =
        at::from_blob(stretch.samples.data(), {std::int64_t(stretch.samples.size()), 1}, at::kFloat).to(m_device);
    for (std::size_t i = 0; i < m_shape.convolutions.size(); ++i)
        pass.pieces.push_back([this, i](const at::Tensor &x) {
            return speech::afterConvolution(m_network, i, speech::convolve(m_network, i, x));
        });
    pass.pieces.push_back([this](const at::Tensor &features) {
        const at::Tensor x = masked(speech::project(m_network, speech::normFeatures(m_network, features)));
        const at::Tensor padded = at::constant_pad_nd(x, {0, 0, m_shape.positionLeft(), m_shape.positionRight()});
        return speech::enter(m_network, x, speech::positions(m_network, padded));
    });
    for (std::size_t layer = 0; layer < std::size_t(m_shape.layers); ++layer)
        pass.pieces.push_back([this, layer](const at::Tensor &x) {
            const at::Tensor heads = speech::headsOf(m_network, layer, x);
            const at::Tensor y =
                speech::afterAttention(m_network, layer, x, speech::attend(m_network, heads, heads, 0));
            return speech::feedForward(m_network, layer, y);
        });
    pass.pieces.push_back([this](const at::Tensor &x) {
        const auto unit = [](const at::Tensor &rows) { return rows / rows.square().sum(1, true).add(1e-8).sqrt(); };
        const at::Tensor heard = at::linear(speech::leave(m_network, x), weightOf(m_weights, "final_proj.weight"),
                                            weightOf(m_weights, "final_proj.bias"));
        return at::matmul(unit(heard), unit(weightOf(m_weights, "class_embeddings")).t()) / kTemperature;
    });
    pass.share = 1 / static_cast<double>(m_hubert.batch);
    pass.examples = 1;
    ++m_next;
    return pass;
}

at::Tensor HubertTrainer::lossOf(const at::Tensor &output)
{
    {
        const at::NoGradGuard noGraph;
        const double right = output.argmax(1).eq(m_classes).to(at::kFloat).mean().item<double>();
        m_accuracy += std::max(0.002, 1.0 / double(examplesSeen() + 1)) * (right - m_accuracy);
    }
    return at::cross_entropy_loss(output, m_classes);
}

} // namespace orrery::training
