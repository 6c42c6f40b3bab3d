// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/diffusion_trainer.h"

#include "engine/models/diffusion/schedulers/noise_schedule.h"
#include "engine/runtime/generator.h"
#include "engine/training/drawing/dalle_trainer.h"
#include "engine/training/fresh_weights.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr int kSteps = 1000;
constexpr double kLateness = 0.75; ///< times are lots in [0, 1] to this power: below 1, late ones come more often
constexpr std::uint32_t kNoiseStream = 0xD1FF;

/// Of the schedule that sampling follows, too.
at::Tensor signalShares()
{
    const diffusion::NoiseSchedule schedule(picture_diffusion::noiseConfig());
    at::Tensor shares = at::empty({kSteps}, at::kFloat);
    for (int i = 0; i < kSteps; ++i)
        shares.mutable_data_ptr<float>()[i] = static_cast<float>(schedule.kept(i));
    return shares;
}

picture_diffusion::DenoiserShape shapeFor(const ClipTokenizer &tokenizer, const dvae::DvaeShape &codes)
{
    picture_diffusion::DenoiserShape shape;
    shape.vocabulary = tokenizer.vocabularySize();
    shape.grid = codes.grid();
    shape.codes = codes.codes;
    shape.codeWidth = codes.codeWidth;
    return shape;
}

Weights freshDenoiser(const picture_diffusion::DenoiserShape &shape, std::uint64_t seed)
{
    return freshTransformer(picture_diffusion::expectedWeights(shape), seed, shape.width, shape.layers);
}

} // namespace

DrawingOptions DiffusionTrainer::recipe()
{
    DrawingOptions options;
    options.batch = 64;
    options.microBatch = 16;
    options.learningRate = 1.2e-3;
    options.steps = 8000;
    options.singlesUntil = 0.4;
    options.average = 0.998;
    return options;
}

DiffusionTrainer::DiffusionTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options,
                                   std::shared_ptr<const ClipTokenizer> tokenizer, const Weights &codes,
                                   dvae::DvaeShape codesShape, at::Device device)
    : DrawingTrainer(std::move(scenes), options, freshDenoiser(shapeFor(*tokenizer, codesShape), options.seed), device),
      m_tokenizer(std::move(tokenizer)), m_codes(codes, codesShape, device),
      m_shape(shapeFor(*m_tokenizer, codesShape)), m_signal(signalShares().to(device))
{}

std::string DiffusionTrainer::report() const
{
    char text[64];
    std::snprintf(text, sizeof text, "%.3f bits a code", loss() / std::log(2.0));
    return text;
}

void DiffusionTrainer::startFromDalle(const Weights &dalle)
{
    const at::NoGradGuard noGraph;
    for (auto &[name, weight] : m_weights) {
        if (name.starts_with("time."))
            continue; // picture-dalle knows no time
        const at::Tensor &known = weightOf(dalle, name);
        if (known.sizes() != weight.sizes())
            throw Exception(ErrorCode::ModelFile,
                            "\"" + name + "\" of picture-dalle has another size than this recipe's");
        weight.copy_(known);
    }
}

DrawingTrainer::Pass DiffusionTrainer::begin(const SmallBatch &batch)
{
    namespace net = picture_diffusion;
    m_tokens = m_codes.read(batch.pixels);
    const std::int64_t count = m_tokens.size(0);
    Generator generator(m_options.seed, batch.first, kNoiseStream);
    at::Tensor times = at::empty({count}, at::kLong);
    // One in every stretch of the schedule: a small batch sees all of it.
    for (std::int64_t i = 0; i < count; ++i) {
        const double lot = (static_cast<double>(i) + generator.uniform()) / static_cast<double>(count);
        times.mutable_data_ptr<std::int64_t>()[i] =
            std::min<std::int64_t>(kSteps - 1, static_cast<std::int64_t>(kSteps * std::pow(lot, kLateness)));
    }
    times = times.to(m_device);
    const at::Tensor signal = m_signal.index_select(0, times); // [n]
    const at::Tensor kept = signal.view({count, 1, 1, 1});
    const at::Tensor clean = m_codes.vectors(m_tokens) * net::codeScale(m_shape);
    const at::Tensor noised = kept.sqrt() * clean + (1 - kept).sqrt() * generator.normal(clean.sizes(), m_device);
    const at::Tensor text = captionTokens(*m_tokenizer, batch.captions, m_shape.textPositions, m_device);
    const at::Tensor likely = net::likelihoods(m_shape, m_codes.codebook(), noised, signal);

    Pass pass{likely, {}};
    pass.pieces.push_back([this, text, steps = times.to(at::kFloat)](const at::Tensor &likely) {
        return at::cat(
            {net::embedWords(m_weights, m_shape, text), net::embedCells(m_weights, m_shape, text, likely, steps)}, 1);
    });
    for (std::int64_t layer = 0; layer < m_shape.layers; ++layer)
        pass.pieces.push_back(
            [this, layer](const at::Tensor &x) { return net::streamBlock(m_weights, m_shape, layer, x); });
    pass.pieces.push_back([this, likely](const at::Tensor &x) {
        return net::codeScores(m_weights, x.slice(1, m_shape.words()), likely);
    });
    return pass;
}

at::Tensor DiffusionTrainer::lossOf(const at::Tensor &output)
{
    return at::cross_entropy_loss(output.reshape({-1, m_shape.codes}), m_tokens.flatten());
}

} // namespace orrery::training
