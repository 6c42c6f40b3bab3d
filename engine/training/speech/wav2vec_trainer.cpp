// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/wav2vec_trainer.h"

#include "engine/runtime/generator.h"
#include "engine/training/speech/ctc_loss.h"
#include "engine/training/speech/fresh_speech_weights.h"
#include "engine/units/unit_sequence.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery::training {

namespace {

constexpr double kTemperature = 0.1; // of cosines, κ in the paper's equation 3
constexpr std::uint32_t kDrawStream = 0xC0DE;

/// The quantizer begins much as its authors' does: scores so far apart that codes differ from the first step on.
Weights freshWav2Vec(const speech::SpeechShape &shape, std::uint64_t seed)
{
    return freshSpeechWeights(shape, seed, {}, {{"quantizer.weight_proj.weight", 0.5}, {"quantizer.codevectors", 1}});
}

/// Gumbel noise, −log(−log u). Source: Jang et al. 2017, arXiv:1611.01144, section 2.1.
at::Tensor gumbel(Generator &generator, at::IntArrayRef shape, at::Device device)
{
    return generator.uniform(shape, device).clamp(1e-7, 1 - 1e-7).log().neg().log().neg();
}

} // namespace

void Wav2VecTrainer::Mean::add(double value)
{
    ++count;
    mean += std::max(0.01, 1 / count) * (value - mean);
}

speech::SpeechShape Wav2VecTrainer::builtInShape(std::int64_t phones)
{
    speech::SpeechShape shape = builtInSpeechShape();
    shape.modelType = "wav2vec2";
    shape.vocabulary = phones;
    shape.codeGroups = 2;
    shape.codesInGroup = 64;
    shape.codeWidth = 128;
    shape.contrastWidth = 128;
    return shape;
}

Wav2VecOptions Wav2VecTrainer::recipe()
{
    Wav2VecOptions options;
    options.learningRate = 5e-4; // of a run that begins with a finished trunk: more would shake off what it knows
    options.steps = 6000;
    options.average = 0.998;
    options.maskStart = 0.065; // about half of all frames, as in section 4.2
    return options;
}

Wav2VecTrainer::Wav2VecTrainer(std::shared_ptr<const SpeechExamples> examples, Wav2VecOptions options,
                               speech::SpeechShape shape, at::Device device)
    : SpeechTrainer(std::move(examples), options, shape, freshWav2Vec(shape, options.seed), device), m_wav2vec(options)
{}

std::string Wav2VecTrainer::report() const
{
    char text[120];
    if (m_reading)
        std::snprintf(text, sizeof text, "reading, loss %.3f, %.1f edits in 100 phones", loss(), 100 * phoneError());
    else
        std::snprintf(text, sizeof text, "telling codes apart, loss %.3f, %.1f %% right, perplexity %.0f of %d", loss(),
                      100 * contrastAccuracy(), codePerplexity(), int(m_shape.codeGroups * m_shape.codesInGroup));
    return text;
}

double Wav2VecTrainer::roughAt(double done) const
{
    const double share = m_wav2vec.contrastShare;
    return done < share || share >= 1 ? m_wav2vec.roughAtFirst
                                      : m_wav2vec.roughAtFirst + (done - share) / (1 - share) *
                                                                     (m_wav2vec.roughAtLast - m_wav2vec.roughAtFirst);
}

void Wav2VecTrainer::gather()
{
    SpeechTrainer::gather();
    m_reading = fraction() >= m_wav2vec.contrastShare;
}

Trainer::Pass Wav2VecTrainer::begin()
{
    Pass pass = nextPass();
    if (m_reading)
        read(pass);
    else
        contrast(pass);
    return pass;
}

void Wav2VecTrainer::contrast(Pass &pass)
{
    at::Tensor hidden = hiddenFrames();
    if (!hidden.any().item<bool>()) // a short one, by chance: nothing could be learned from it
        hidden.slice(0, frames() / 2, frames() / 2 + m_speech.maskFrames).fill_(true);
    m_rows = hidden.nonzero().squeeze(1).to(m_device);
    hidden = hidden.to(m_device);
    for (std::size_t i = 0; i < m_shape.convolutions.size(); ++i)
        pass.pieces.push_back([this, i](const at::Tensor &x) { return heard(i, x); });
    // Codes travel beside the frames, so that one way back serves both.
    const auto beside = [](const at::Tensor &frames, const at::Tensor &codes) {
        return at::cat({frames.to(at::kFloat), codes.to(at::kFloat)}, 1);
    };
    const std::int64_t width = m_shape.width;
    pass.pieces.push_back([this, hidden, beside](const at::Tensor &features) {
        const at::Tensor normed = speech::normFeatures(m_network, features);
        const at::Tensor codes = drawn(normed);
        return beside(entered(speech::project(m_network, normed), hidden), codes);
    });
    for (std::size_t layer = 0; layer < std::size_t(m_shape.layers); ++layer)
        pass.pieces.push_back([this, layer, beside, width](const at::Tensor &x) {
            return beside(layered(layer, x.narrow(1, 0, width)), x.slice(1, width));
        });
    pass.pieces.push_back([this, width](const at::Tensor &x) {
        return compared(speech::leave(m_network, x.narrow(1, 0, width)), x.slice(1, width));
    });
}

at::Tensor Wav2VecTrainer::drawn(const at::Tensor &normed)
{
    const std::int64_t groups = m_shape.codeGroups, codes = m_shape.codesInGroup;
    const speech::Affine &scoring = m_network.codeScores;
    const at::Tensor scores =
        at::linear(normed, scoring.weight, scoring.bias).to(at::kFloat).view({normed.size(0), groups, codes});
    // Neither noise nor temperature here, as in section 3.2.
    const at::Tensor use = at::softmax(scores, -1).mean(0);               // [G, codes]
    const at::Tensor entropy = (use * at::log(use + 1e-7)).sum(-1).neg(); // [G]
    m_perplexity.add(entropy.detach().exp().sum().item<double>());
    const double wanted = std::log(std::max(1.0, m_wav2vec.inUse * double(codes)));
    addLoss((wanted - entropy).clamp_min(0).mean() * m_wav2vec.diversity);

    const double share = std::min(1.0, fraction() / m_wav2vec.contrastShare);
    const double temperature = m_wav2vec.softest * std::pow(m_wav2vec.hardest / m_wav2vec.softest, share);
    Generator generator(m_options.seed, stretchIndex(), kDrawStream);
    const at::Tensor soft = at::softmax((scores + gumbel(generator, scores.sizes(), m_device)) / temperature, -1);
    const at::Tensor best = soft.detach().argmax(-1, true); // [T, G, 1]
    const at::Tensor hard = at::zeros_like(soft).scatter(-1, best, 1);
    const at::Tensor choice = hard - soft.detach() + soft; // hard on the way there, soft on the way back
    m_codes = best.select(1, 0).squeeze(-1);
    for (std::int64_t group = 1; group < groups; ++group)
        m_codes = m_codes * codes + best.select(1, group).squeeze(-1);
    const at::Tensor vectors = at::bmm(choice.transpose(0, 1), m_network.codeVectors); // [G, T, width of one]
    return vectors.transpose(0, 1).reshape({normed.size(0), m_shape.codeWidth});
}

at::Tensor Wav2VecTrainer::compared(const at::Tensor &frames, const at::Tensor &codes) const
{
    const auto through = [this](const speech::Affine &side, const at::Tensor &x) {
        return unitRows(at::linear(x.index_select(0, m_rows), side.weight, side.bias).to(at::kFloat));
    };
    const at::Tensor cosines = at::matmul(through(m_network.hearSide, frames), through(m_network.codeSide, codes).t());
    // The same code at another frame is no distractor.
    const at::Tensor own = m_codes.index_select(0, m_rows);
    const at::Tensor same = own.unsqueeze(0).eq(own.unsqueeze(1));
    const at::Tensor others = same.logical_and(at::eye(own.size(0), same.options()).logical_not());
    return (cosines.to(at::kFloat) / kTemperature).masked_fill(others, -std::numeric_limits<float>::infinity());
}

void Wav2VecTrainer::read(Pass &pass)
{
    {
        const at::NoGradGuard noGraph;
        for (std::size_t i = 0; i < m_shape.convolutions.size(); ++i)
            pass.input = heard(i, pass.input);
    }
    pass.pieces.push_back([this](const at::Tensor &features) {
        return entered(speech::project(m_network, speech::normFeatures(m_network, features)), {});
    });
    for (std::size_t layer = 0; layer < std::size_t(m_shape.layers); ++layer)
        pass.pieces.push_back([this, layer](const at::Tensor &x) { return layered(layer, x); });
    pass.pieces.push_back([this](const at::Tensor &x) {
        return speech::letterScores(m_network, speech::leave(m_network, x)).to(at::kFloat);
    });
}

at::Tensor Wav2VecTrainer::lossOf(const at::Tensor &output)
{
    if (m_reading) {
        const std::vector<int> &said = stretch().said;
        const auto edits = double(speech::editDistance(said, bestLabels(output)));
        m_phoneError.add(edits / double(std::max<std::size_t>(1, said.size())));
        const at::Tensor unaided = ctcLoss(output, said);
        const double aid =
            1 - (fraction() - m_wav2vec.contrastShare) / (m_wav2vec.aidedUntil - m_wav2vec.contrastShare);
        if (aid <= 0)
            return unaided;
        const std::vector<int> &phones = stretch().phones;
        const at::Tensor when = at::empty({frames()}, at::kLong);
        std::copy(phones.begin(), phones.end(), when.mutable_data_ptr<std::int64_t>());
        return (1 - std::min(1.0, aid)) * unaided +
               std::min(1.0, aid) * at::cross_entropy_loss(output, when.to(m_device));
    }
    const at::Tensor own = at::arange(output.size(0), m_rows.options());
    m_contrast.add(output.detach().argmax(1).eq(own).to(at::kFloat).mean().item<double>());
    return at::cross_entropy_loss(output, own);
}

} // namespace orrery::training
