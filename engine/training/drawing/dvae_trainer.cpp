// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/dvae_trainer.h"

#include "engine/runtime/generator.h"
#include "engine/training/fresh_weights.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace orrery::training {

namespace {

constexpr double kCommitment = 0.25; // van den Oord et al. 2017, equation 3
constexpr double kMemory = 0.98;     // of the codes' means
constexpr double kAbsolute = 0.3;    // weight of the absolute error beside the squared one: sharper edges
constexpr std::int64_t kReviveEvery = 20;
constexpr double kForgotten = 0.05; // vectors a step, in the mean, below which a code is put elsewhere
constexpr std::uint64_t kReviveStream = 0xC0DE;

/// The weights, and beside them what their means need; neither is in a finished model.
Weights freshDvae(const dvae::DvaeShape &shape, std::uint64_t seed)
{
    Weights weights = freshWeights(dvae::expectedWeights(shape), seed, {{".conv2.weight", 0.0}});
    at::Tensor &codes = weights["codebook"];
    codes = codes / codes.norm(2, 1, true);
    weights["mean.sums"] = codes.clone();
    weights["mean.counts"] = at::zeros({shape.codes});
    return weights;
}

} // namespace

DrawingOptions DvaeTrainer::recipe()
{
    DrawingOptions options;
    options.batch = 64;
    options.microBatch = 16;
    options.learningRate = 1.5e-3;
    options.steps = 4500;
    return options;
}

DvaeTrainer::DvaeTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options, dvae::DvaeShape shape,
                         at::Device device)
    : DrawingTrainer(std::move(scenes), options, freshDvae(shape, options.seed), device), m_shape(shape)
{}

std::string DvaeTrainer::report() const
{
    char text[96];
    const double psnr = m_meanSquaredError > 0 ? 10 * std::log10(4 / m_meanSquaredError) : 0; // pixels span 2
    const double used = weightOf(m_weights, "mean.counts").gt(kForgotten).to(at::kFloat).mean().item<double>();
    std::snprintf(text, sizeof text, "PSNR %.1f dB, %.0f %% of the codes in use", psnr, 100 * used);
    return text;
}

DrawingTrainer::Pass DvaeTrainer::begin(const SmallBatch &batch)
{
    m_pixels = batch.pixels;
    Pass pass{batch.pixels, {}};
    for (std::int64_t i = 0; i < dvae::encoderPieces(m_shape); ++i)
        pass.pieces.push_back([this, i](const at::Tensor &x) { return dvae::encoderPiece(m_weights, m_shape, i, x); });
    pass.pieces.push_back([this](const at::Tensor &vectors) { return choose(vectors); });
    for (std::int64_t i = 0; i < dvae::decoderPieces(m_shape); ++i)
        pass.pieces.push_back([this, i](const at::Tensor &x) { return dvae::decoderPiece(m_weights, m_shape, i, x); });
    return pass;
}

at::Tensor DvaeTrainer::choose(const at::Tensor &vectors)
{
    at::Tensor codes; // [n, C, G, G]
    {
        const at::NoGradGuard noGraph;
        const at::Tensor plain = vectors.detach();
        const at::Tensor tokens = dvae::nearestCodes(m_weights, plain);
        codes = dvae::vectorsOf(m_weights, m_shape, tokens);
        const at::Tensor rows = plain.permute({0, 2, 3, 1}).reshape({-1, m_shape.codeWidth});
        if (!m_sums.defined()) {
            m_sums = at::zeros({m_shape.codes, m_shape.codeWidth}, rows.options());
            m_counts = at::zeros({m_shape.codes}, rows.options());
        }
        m_sums.index_add_(0, tokens.flatten(), rows);
        m_counts.index_add_(0, tokens.flatten(), at::ones({rows.size(0)}, rows.options()));
        m_vectors = rows;
    }
    addLoss((vectors - codes).square().mean() * (kCommitment * static_cast<double>(m_shape.codeWidth)));
    return vectors + (codes - vectors).detach(); // the gradient goes straight through
}

at::Tensor DvaeTrainer::lossOf(const at::Tensor &output)
{
    const at::Tensor difference = output - m_pixels;
    const at::Tensor squared = difference.square().mean();
    m_squaredError += squared.item<double>();
    ++m_smallBatches;
    return squared + kAbsolute * difference.abs().mean();
}

void DvaeTrainer::updated()
{
    const at::NoGradGuard noGraph;
    at::Tensor &sums = m_weights.at("mean.sums");
    at::Tensor &counts = m_weights.at("mean.counts");
    sums.mul_(kMemory).add_(m_sums, 1 - kMemory);
    counts.mul_(kMemory).add_(m_counts, 1 - kMemory);
    if (step() % kReviveEvery == 1) {
        const at::Tensor forgotten = counts.lt(kForgotten).nonzero().squeeze(1);
        const std::int64_t count = std::min(forgotten.size(0), m_vectors.size(0));
        if (count > 0) {
            Generator generator(m_options.seed, static_cast<std::uint64_t>(step()), kReviveStream);
            const at::Tensor chosen = generator.permutation(m_vectors.size(0), m_device).narrow(0, 0, count);
            const at::Tensor rows = m_vectors.index_select(0, chosen);
            const at::Tensor places = forgotten.narrow(0, 0, count);
            sums.index_copy_(0, places, rows);
            counts.index_fill_(0, places, 4 * kForgotten);
        }
    }
    m_weights.at("codebook").copy_(sums / sums.norm(2, 1, true).clamp_min(1e-8));
    m_sums = at::Tensor();
    m_counts = at::Tensor();
    const double error = m_squaredError / static_cast<double>(m_smallBatches);
    m_meanSquaredError = m_meanSquaredError > 0 ? 0.98 * m_meanSquaredError + 0.02 * error : error;
    m_squaredError = 0;
    m_smallBatches = 0;
}

} // namespace orrery::training
