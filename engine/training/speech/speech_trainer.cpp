// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/speech_trainer.h"

#include "engine/runtime/generator.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace orrery::training {

namespace {

constexpr std::uint32_t kMaskStream = 0x3A5C;

} // namespace

SpeechTrainer::SpeechTrainer(std::shared_ptr<const SpeechExamples> examples, SpeechTrainerOptions options,
                             speech::SpeechShape shape, Weights fresh, at::Device device)
    : Trainer(options, std::move(fresh), device), m_speech(options), m_shape(std::move(shape)),
      m_examples(std::move(examples))
{}

SpeechTrainer::~SpeechTrainer()
{
    SpeechTrainer::forgetGathered();
}

SpeechTrainer::Batch SpeechTrainer::compose(std::int64_t step, float rough) const
{
    Batch batch;
    for (std::int64_t i = 0; i < m_speech.batch; ++i)
        batch.push_back(m_examples->varied(std::uint64_t(step * m_speech.batch + i), m_speech.samples, rough));
    return batch;
}

double SpeechTrainer::roughAt(double done) const
{
    const double share = std::clamp(2 * done, 0.0, 1.0);
    return m_speech.roughAtFirst + share * (m_speech.roughAtLast - m_speech.roughAtFirst);
}

void SpeechTrainer::startFromTrunk(const Weights &trunk)
{
    Weights all = finished();
    for (const auto &[name, weight] : trunk)
        all[name] = weight;
    startFrom(all);
}

void SpeechTrainer::gather()
{
    const auto composeAt = [this](std::int64_t at) {
        const auto rough = float(roughAt(fractionAt(at)));
        return [this, at, rough] { return compose(at, rough); };
    };
    m_batch = m_nextBatch.valid() ? m_nextBatch.get() : composeAt(step())();
    m_nextBatch = std::async(std::launch::async, composeAt(step() + 1));
    m_next = 0;
}

void SpeechTrainer::forgetGathered()
{
    if (m_nextBatch.valid())
        m_nextBatch.wait();
    m_nextBatch = {};
}

Trainer::Pass SpeechTrainer::nextPass()
{
    SpokenStretch &stretch = m_batch[m_next];
    ++m_next;
    // Anew for every pass: what leads from the weights to it is given up by the pass's way back.
    m_network = speech::makeNetwork(m_shape, m_weights);
    Pass pass;
    pass.input =
        at::from_blob(stretch.samples.data(), {std::int64_t(stretch.samples.size()), 1}, at::kFloat).to(m_device);
    pass.share = 1 / static_cast<double>(m_speech.batch);
    pass.examples = 1;
    return pass;
}

at::Tensor SpeechTrainer::hiddenFrames() const
{
    Generator generator(m_options.seed, stretchIndex(), kMaskStream);
    const at::Tensor hidden = at::zeros({frames()}, at::kBool);
    bool *values = hidden.mutable_data_ptr<bool>();
    for (std::int64_t t = 0; t < frames(); ++t)
        if (generator.uniform() < m_speech.maskStart)
            std::fill(values + t, values + std::min(frames(), t + m_speech.maskFrames), true);
    return hidden;
}

at::Tensor SpeechTrainer::heard(std::size_t convolution, const at::Tensor &x) const
{
    return speech::afterConvolution(m_network, convolution, speech::convolve(m_network, convolution, x));
}

at::Tensor SpeechTrainer::entered(const at::Tensor &projected, const at::Tensor &hidden) const
{
    const at::Tensor x = hidden.defined() ? at::where(hidden.unsqueeze(1),
                                                      weightOf(m_weights, "masked_spec_embed").unsqueeze(0), projected)
                                          : projected;
    const at::Tensor padded = at::constant_pad_nd(x, {0, 0, m_shape.positionLeft(), m_shape.positionRight()});
    return speech::enter(m_network, x, speech::positions(m_network, padded));
}

at::Tensor SpeechTrainer::layered(std::size_t layer, const at::Tensor &x) const
{
    const at::Tensor heads = speech::headsOf(m_network, layer, x);
    const at::Tensor y = speech::afterAttention(m_network, layer, x, speech::attend(m_network, heads, heads, 0));
    return speech::feedForward(m_network, layer, y);
}

at::Tensor unitRows(const at::Tensor &rows)
{
    return rows / rows.square().sum(1, true).add(1e-8).sqrt();
}

} // namespace orrery::training
