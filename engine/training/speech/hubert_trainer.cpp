// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/hubert_trainer.h"

#include "engine/training/speech/fresh_speech_weights.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace orrery::training {

namespace {

constexpr double kTemperature = 0.1; // of cosines, as in the paper's section II-A

Weights freshHubert(const speech::SpeechShape &shape, const HubertOptions &options, std::int64_t classes)
{
    return freshSpeechWeights(shape, options.seed,
                              {{"final_proj.weight", {options.contrastWidth, shape.width}},
                               {"final_proj.bias", {options.contrastWidth}},
                               {"class_embeddings", {classes, options.contrastWidth}}});
}

} // namespace

speech::SpeechShape HubertTrainer::builtInShape()
{
    speech::SpeechShape shape = builtInSpeechShape();
    shape.modelType = "hubert";
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
    : SpeechTrainer(examples, options, shape,
                    freshHubert(shape, options, std::int64_t(examples->world().phones().size())), device)
{}

std::string HubertTrainer::report() const
{
    char text[80];
    std::snprintf(text, sizeof text, "loss %.3f, %.1f %% of phones right", loss(), 100 * m_accuracy);
    return text;
}

Trainer::Pass HubertTrainer::begin()
{
    Pass pass = nextPass();
    const at::Tensor classes = at::empty({frames()}, at::kLong);
    std::copy(stretch().phones.begin(), stretch().phones.end(), classes.mutable_data_ptr<std::int64_t>());
    m_classes = classes.to(m_device);
    for (std::size_t i = 0; i < m_shape.convolutions.size(); ++i)
        pass.pieces.push_back([this, i](const at::Tensor &x) { return heard(i, x); });
    pass.pieces.push_back([this, hidden = hiddenFrames().to(m_device)](const at::Tensor &features) {
        return entered(speech::project(m_network, speech::normFeatures(m_network, features)), hidden);
    });
    for (std::size_t layer = 0; layer < std::size_t(m_shape.layers); ++layer)
        pass.pieces.push_back([this, layer](const at::Tensor &x) { return layered(layer, x); });
    pass.pieces.push_back([this](const at::Tensor &x) {
        const at::Tensor heard = at::linear(speech::leave(m_network, x), weightOf(m_weights, "final_proj.weight"),
                                            weightOf(m_weights, "final_proj.bias"));
        return at::matmul(unitRows(heard), unitRows(weightOf(m_weights, "class_embeddings")).t()) / kTemperature;
    });
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
