// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/diffusion_trainer.h"

#include "engine/models/diffusion/schedulers/noise_schedule.h"
#include "engine/runtime/generator.h"
#include "engine/training/drawing/dalle_trainer.h"
#include "engine/training/fresh_weights.h"

#include <ATen/ATen.h>

namespace orrery::training {

namespace {

constexpr int kSteps = 1000;
constexpr double kMostWeight = 3;
constexpr std::uint32_t kNoiseStream = 0xD1FF;

/// Of the schedule that sampling follows, too.
at::Tensor signalShares()
{
    diffusion::SchedulerConfig config;
    config.betas = diffusion::Betas::SquaredCosine;
    const diffusion::NoiseSchedule schedule(config);
    at::Tensor shares = at::empty({kSteps}, at::kFloat);
    for (int i = 0; i < kSteps; ++i)
        shares.mutable_data_ptr<float>()[i] = static_cast<float>(schedule.kept(i));
    return shares;
}

picture_diffusion::DenoiserShape shapeFor(const ClipTokenizer &tokenizer)
{
    picture_diffusion::DenoiserShape shape;
    shape.vocabulary = tokenizer.vocabularySize();
    return shape;
}

Weights freshDenoiser(const picture_diffusion::DenoiserShape &shape, std::uint64_t seed)
{
    // Blocks start as the identity: what the time makes of them is zero (Peebles and Xie 2023, "adaLN-Zero").
    Weights weights = freshWeights(picture_diffusion::expectedWeights(shape), seed,
                                   {{"embedding", 0.1},
                                    {"text.position", 0.05},
                                    {"place", 0.1},
                                    {".places", 0.5},
                                    {"modulation.weight", 0.01},
                                    {"seams.conv2.weight", 0.02}});
    return weights;
}

} // namespace

DrawingOptions DiffusionTrainer::recipe()
{
    DrawingOptions options;
    options.batch = 64;
    options.microBatch = 16;
    options.learningRate = 1.5e-3;
    options.steps = 8000;
    options.singlesUntil = 0.4;
    options.average = 0.998;
    return options;
}

DiffusionTrainer::DiffusionTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options,
                                   std::shared_ptr<const ClipTokenizer> tokenizer, at::Device device)
    : DrawingTrainer(std::move(scenes), options, freshDenoiser(shapeFor(*tokenizer), options.seed), device),
      m_tokenizer(std::move(tokenizer)), m_shape(shapeFor(*m_tokenizer)), m_signal(signalShares().to(device))
{}

DrawingTrainer::Pass DiffusionTrainer::begin(const SmallBatch &batch)
{
    const std::int64_t count = batch.pixels.size(0);
    Generator generator(m_options.seed, batch.first, kNoiseStream);
    at::Tensor times = at::empty({count}, at::kLong);
    // One in every stretch of the schedule: a small batch sees all of it.
    for (std::int64_t i = 0; i < count; ++i)
        times.mutable_data_ptr<std::int64_t>()[i] = std::min<std::int64_t>(
            kSteps - 1, static_cast<std::int64_t>((static_cast<double>(i) + generator.uniform()) *
                                                  (static_cast<double>(kSteps) / static_cast<double>(count))));
    times = times.to(m_device);
    const at::Tensor signal = m_signal.index_select(0, times).view({count, 1, 1, 1});
    m_pixels = batch.pixels;
    m_noised = signal.sqrt() * m_pixels + (1 - signal).sqrt() * generator.normal(m_pixels.sizes(), m_device);
    m_weight = (1 + signal / (1 - signal)).clamp_max(kMostWeight);

    const at::Tensor tokens = captionTokens(*m_tokenizer, batch.captions, m_shape.textPositions, m_device);
    const at::Tensor words = picture_diffusion::encodeWords(m_weights, m_shape, tokens);
    m_made = picture_diffusion::condition(m_weights, m_shape, words, tokens, times.to(at::kFloat));
    const auto leaf = [](const at::Tensor &made) { return made.detach().requires_grad_(true); };
    m_leaves = {leaf(m_made.words), leaf(m_made.modulation), leaf(m_made.time)};

    Pass pass{m_noised, {}};
    for (std::int64_t i = 0; i < picture_diffusion::pieces(m_shape); ++i)
        pass.pieces.push_back([this, i](const at::Tensor &x) {
            return picture_diffusion::piece(m_weights, m_shape, i, x, m_leaves, m_noised);
        });
    return pass;
}

at::Tensor DiffusionTrainer::lossOf(const at::Tensor &output)
{
    return ((output - m_pixels).square() * m_weight).mean();
}

void DiffusionTrainer::finish()
{
    // One sum whose gradient is what gathered on the leaves: one way back through the words for all three.
    const at::Tensor sum = (m_made.words * m_leaves.words.grad()).sum() +
                           (m_made.modulation * m_leaves.modulation.grad()).sum() +
                           (m_made.time * m_leaves.time.grad()).sum();
    sum.backward();
    m_made = {};
    m_leaves = {};
}

} // namespace orrery::training
