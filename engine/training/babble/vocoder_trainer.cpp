// SPDX-License-Identifier: Apache-2.0
#include "engine/training/babble/vocoder_trainer.h"

#include "engine/core/error.h"
#include "engine/models/babble/harmonic_noise.h"
#include "engine/runtime/generator.h"
#include "engine/training/babble/pitch.h"
#include "engine/training/fresh_weights.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr std::uint32_t kRows = 3, kNoise = 4; ///< streams of random numbers
constexpr std::int64_t kFrame = 2 * speech::kControlHop;

Weights freshVocoder(const speech::VocoderShape &shape, std::uint64_t seed)
{
    const double residual = 1 / std::sqrt(double(shape.width)) / std::sqrt(double(shape.slowBlocks + shape.fastBlocks));
    return freshWeights(speech::expectedWeights(shape), seed,
                        {{"unit_embedding", 0.5},
                         {"voice_embedding", 0.1},
                         {"pitch.weight", 0.1},
                         {".out.weight", residual},
                         {"head.weight", 0.01}});
}

} // namespace

SpokenExample exampleOf(std::vector<int> frames, const std::vector<float> &samples, std::int64_t start, int voice)
{
    SpokenExample example;
    example.voice = voice;
    const std::int64_t whole = std::max<std::int64_t>(0, (std::int64_t(samples.size()) - start) / kFrame);
    frames.resize(std::min(frames.size(), std::size_t(whole)));
    example.frames = std::move(frames);
    const auto first = samples.begin() + (whole > 0 ? start : 0);
    example.samples.assign(first, first + std::ptrdiff_t(example.frames.size()) * kFrame);
    const at::Tensor sound = at::from_blob(example.samples.data(), {std::int64_t(example.samples.size())}, at::kFloat);
    PitchTrack track = pitchOf(sound);
    if (const double mean = track.mean(); mean > 0)
        example.pitch = mean;
    example.hertz = std::move(track.hertz);
    example.voiced = std::move(track.voiced);
    return example;
}

VocoderTrainer::VocoderTrainer(std::shared_ptr<const std::vector<SpokenExample>> examples, speech::VocoderShape shape,
                               VocoderOptions options, at::Device device)
    : RowTrainer(options, freshVocoder(shape, options.seed), device), m_examples(std::move(examples)),
      m_shape(std::move(shape)), m_vocoder(options)
{
    for (std::size_t i = 0; i < m_examples->size(); ++i)
        if (std::int64_t((*m_examples)[i].frames.size()) >= m_vocoder.frames)
            m_usable.push_back(i);
    if (m_usable.empty())
        throw Exception(ErrorCode::BadInput, "There is no sound of at least " +
                                                 std::to_string(m_vocoder.frames * 20 / 1000) + " s to learn from");
}

VocoderOptions VocoderTrainer::recipe()
{
    VocoderOptions options;
    options.steps = 3000;
    options.learningRate = 1.5e-3;
    options.average = 0.99;
    options.adamw.weightDecay = 0.01;
    return options;
}

Trainer::Pass VocoderTrainer::begin(const Rows &some)
{
    const std::int64_t rows = some.count;
    const std::int64_t frames = m_vocoder.frames, length = frames * kFrame;
    at::Tensor units = at::empty({rows, frames}, at::kLong), voices = at::empty({rows}, at::kLong);
    at::Tensor means = at::empty({rows}, at::kFloat), hertz = at::empty({rows, 2 * frames}, at::kFloat);
    m_voiced = at::empty({rows, 2 * frames}, at::kFloat);
    m_sound = at::empty({rows, length}, at::kFloat);
    for (std::int64_t row = 0; row < rows; ++row) {
        Generator lots(seed(), std::uint64_t(some.first + row), kRows);
        const SpokenExample &example = (*m_examples)[m_usable[std::size_t(lots.below(std::int64_t(m_usable.size())))]];
        const std::int64_t first = lots.below(std::int64_t(example.frames.size()) - frames + 1);
        std::copy_n(example.frames.begin() + first, frames, units.mutable_data_ptr<std::int64_t>() + row * frames);
        std::copy_n(example.samples.begin() + first * kFrame, length, m_sound.mutable_data_ptr<float>() + row * length);
        std::copy_n(example.hertz.begin() + 2 * first, 2 * frames, hertz.mutable_data_ptr<float>() + row * 2 * frames);
        std::copy_n(example.voiced.begin() + 2 * first, 2 * frames,
                    m_voiced.mutable_data_ptr<float>() + row * 2 * frames);
        voices[row] = example.voice;
        means[row] = std::log(example.pitch);
    }
    {
        const at::NoGradGuard noGraph;
        m_pitch = (hertz.log() - means.unsqueeze(1)).to(m_device);
        m_voiced = m_voiced.to(m_device);
        m_sound = m_sound.to(m_device);
        m_pulses = speech::pulses(hertz.to(m_device), m_voiced);
        m_noise = Generator(seed(), std::uint64_t(some.first), kNoise).normal({rows, length}, m_device);
    }
    Pass pass;
    pass.input = units.to(m_device);
    pass.pieces.push_back([this, voices = voices.to(m_device), means = means.to(m_device)](const at::Tensor &ids) {
        return speech::enterVocoder(m_weights, ids, voices, means);
    });
    for (std::int64_t piece = 0; piece < m_shape.pieces(); ++piece)
        pass.pieces.push_back(
            [this, piece](const at::Tensor &x) { return speech::vocoderPiece(m_weights, m_shape, piece, x); });
    // The last piece makes sound of what the network says; pitch and voicing are compared on the way.
    pass.pieces.push_back([this](const at::Tensor &x) {
        const speech::VocoderControls controls = speech::controlsOf(m_shape, x);
        const at::Tensor pitch = ((controls.pitch - m_pitch).abs() * m_voiced).sum() / m_voiced.sum().clamp_min(1.0);
        const at::Tensor voicing = at::binary_cross_entropy_with_logits(controls.voicing, m_voiced);
        addLoss(m_vocoder.pitchWeight * pitch + m_vocoder.voicingWeight * voicing);
        return speech::shaped(m_pulses, controls.harmonic) + speech::shaped(m_noise, controls.noise);
    });
    return pass;
}

at::Tensor VocoderTrainer::lossOf(const at::Tensor &output)
{
    return spectralLoss(output, m_sound);
}

} // namespace orrery::training
