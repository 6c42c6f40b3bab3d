// SPDX-License-Identifier: Apache-2.0
#include "engine/training/drawing/dalle_trainer.h"

#include "engine/training/fresh_weights.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

namespace orrery::training {

namespace {

dalle::TokenTransformerShape shapeFor(const ClipTokenizer &tokenizer, const dvae::DvaeShape &codes)
{
    dalle::TokenTransformerShape shape;
    shape.vocabulary = tokenizer.vocabularySize();
    shape.grid = codes.grid();
    shape.codes = codes.codes;
    return shape;
}

// While training only:
const std::string kVectors = "vectors";                               ///< float [K, C + F]: of the codes; not learned
const std::string kVectorIn = "vector_in", kVectorOut = "vector_out"; ///< float [C + F, D]

Weights freshDalle(const dalle::TokenTransformerShape &shape, const at::Tensor &vectors, std::uint64_t seed)
{
    Weights weights = freshTransformer(dalle::expectedWeights(shape), seed, shape.width, shape.layers);
    weights[kVectors] = vectors;
    for (const std::string &name : {kVectorIn, kVectorOut})
        weights[name] = at::zeros({vectors.size(1), shape.width}, at::TensorOptions().dtype(at::kFloat));
    return weights;
}

/// What codes look like, each number about 1: their own vectors, and `looks` where there are any.
at::Tensor vectorsOf(const Weights &codes, const at::Tensor &looks)
{
    const at::NoGradGuard noGraph;
    const at::Tensor codebook = weightOf(codes, "codebook").to(at::kCPU, at::kFloat);
    const at::Tensor vectors = codebook / codebook.norm(2, 1, true) * std::sqrt(static_cast<double>(codebook.size(1)));
    return looks.defined() ? at::cat({vectors, looks.to(at::kCPU)}, 1) : vectors.clone();
}

} // namespace

at::Tensor captionTokens(const ClipTokenizer &tokenizer, const std::vector<std::string> &captions,
                         std::int64_t positions, at::Device device)
{
    at::Tensor ids = at::empty({static_cast<std::int64_t>(captions.size()), positions}, at::kLong);
    for (std::size_t i = 0; i < captions.size(); ++i) {
        const std::vector<std::int64_t> row = tokenizer.encode(captions[i], positions);
        std::copy(row.begin(), row.end(),
                  ids.mutable_data_ptr<std::int64_t>() + static_cast<std::ptrdiff_t>(i) * positions);
    }
    return ids.to(device);
}

DrawingOptions DalleTrainer::recipe()
{
    DrawingOptions options;
    options.batch = 64;
    options.microBatch = 16;
    options.learningRate = 1.2e-3;
    options.steps = 8000;
    options.singlesUntil = 0.4;
    return options;
}

DalleTrainer::DalleTrainer(std::shared_ptr<const PromptScenes> scenes, DrawingOptions options,
                           std::shared_ptr<const ClipTokenizer> tokenizer, const Weights &codes,
                           dvae::DvaeShape codesShape, at::Device device, const at::Tensor &looks)
    : DrawingTrainer(std::move(scenes), options,
                     freshDalle(shapeFor(*tokenizer, codesShape), vectorsOf(codes, looks), options.seed), device),
      m_tokenizer(std::move(tokenizer)), m_codes(codes, codesShape, device), m_shape(shapeFor(*m_tokenizer, codesShape))
{}

bool DalleTrainer::isLearned(const std::string &name) const
{
    return name != kVectors;
}

void DalleTrainer::startFrom(const Weights &finished)
{
    Weights all = finished;
    for (const std::string &name : {kVectorIn, kVectorOut})
        if (!all.contains(name)) // the tables of a finished model say it all
            all[name] = at::zeros_like(weightOf(m_weights, name));
    all[kVectors] = weightOf(m_weights, kVectors);
    DrawingTrainer::startFrom(all);
}

Weights DalleTrainer::withVectors(const Weights &weights) const
{
    Weights all = weights;
    const at::Tensor &vectors = weightOf(weights, kVectors);
    all["picture_embedding"] = weightOf(all, "picture_embedding") + at::matmul(vectors, weightOf(all, kVectorIn));
    all["head.weight"] = weightOf(all, "head.weight") + at::matmul(vectors, weightOf(all, kVectorOut));
    return all;
}

Weights DalleTrainer::finished() const
{
    const at::NoGradGuard noGraph;
    Weights all = withVectors(DrawingTrainer::finished());
    for (const std::string &name : {kVectors, kVectorIn, kVectorOut})
        all.erase(name);
    return all;
}

std::string DalleTrainer::report() const
{
    char text[64];
    std::snprintf(text, sizeof text, "%.3f bits a token", loss() / std::log(2.0));
    return text;
}

DrawingTrainer::Pass DalleTrainer::begin(const SmallBatch &batch)
{
    m_tokens = m_codes.read(batch.pixels);
    const at::Tensor text = captionTokens(*m_tokenizer, batch.captions, m_shape.textPositions, m_device);
    // The last picture token predicts nothing.
    const at::Tensor known = m_tokens.narrow(1, 0, m_shape.pictureTokens() - 1);
    Pass pass{known, {}};
    pass.pieces.push_back([this, text](const at::Tensor &tokens) {
        return dalle::embedStream(withVectors(m_weights), m_shape, text, tokens);
    });
    for (std::int64_t layer = 0; layer < m_shape.layers; ++layer)
        pass.pieces.push_back(
            [this, layer](const at::Tensor &x) { return dalle::block(m_weights, m_shape, layer, x); });
    pass.pieces.push_back([this](const at::Tensor &x) {
        return dalle::logits(withVectors(m_weights), x.narrow(1, m_shape.textPositions - 1, m_shape.pictureTokens()));
    });
    return pass;
}

at::Tensor DalleTrainer::lossOf(const at::Tensor &output)
{
    return at::cross_entropy_loss(output.reshape({-1, m_shape.codes}), m_tokens.flatten());
}

} // namespace orrery::training
