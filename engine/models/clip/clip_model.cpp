// SPDX-License-Identifier: Apache-2.0
#include "engine/models/clip/clip_model.h"

#include "engine/core/error.h"
#include "engine/files/safetensors.h"
#include "engine/models/clip/loader.h"
#include "engine/models/one_thread.h"
#include "engine/models/registry.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace orrery::clip {
namespace {

constexpr std::int64_t kTextGrain = 8;
constexpr std::int64_t kTogether = 8; // pictures; sixteen are hardly faster, and a step gets long

/// [1, 3, H, W]; on the CPU it is the memory of the picture, which must stay.
at::Tensor pixelsOf(PreparedPicture &picture, at::Device device)
{
    return at::from_blob(picture.values.data(), {1, 3, picture.size.height, picture.size.width}, at::kFloat).to(device);
}

/// [1, N] → plain memory.
std::vector<float> toPlain(const at::Tensor &row)
{
    const at::Tensor plain = row.to(at::kCPU, at::kFloat).contiguous();
    const float *values = plain.const_data_ptr<float>();
    return {values, values + plain.numel()};
}

/// [1, E] of any length → unit length, in plain memory.
ImageTextModel::Embedding toUnit(const at::Tensor &embedding)
{
    const at::Tensor unit = embedding / embedding.norm(2, -1, true);
    const at::Tensor plain = unit.to(at::kCPU, at::kFloat).contiguous();
    const float *values = plain.const_data_ptr<float>();
    ImageTextModel::Embedding result(values, values + plain.numel());
    if (!std::all_of(result.begin(), result.end(), [](float value) { return std::isfinite(value); }))
        throw Exception(ErrorCode::ModelFile, "The model answered with numbers that are not finite; its weights are "
                                              "damaged or too large for float32");
    return result;
}

/// How many positions a text is computed at: a function of the text alone, so that its bits do not depend on others.
/// Causal attention makes padding after the end harmless, and half of a context is a third of its time.
std::int64_t positionsFor(const std::vector<std::int64_t> &ids, const TextTowerShape &shape)
{
    // Where the end is found by the largest id, padding takes part in the search: keep all of it.
    if (shape.endOfText == 2)
        return shape.context;
    const auto length = static_cast<std::int64_t>(ids.size());
    return std::min(shape.context, (length + kTextGrain - 1) / kTextGrain * kTextGrain);
}

} // namespace

Task<at::Tensor> ClipModel::pictureTower(StepPacer &pace, at::Tensor pixels, Look look)
{
    if (const auto *residual = std::get_if<ResidualTowerShape>(&m_config.image)) {
        at::Tensor x = pixels;
        const std::int64_t pieces = residualPieces(*residual);
        for (std::int64_t piece = 0; piece < pieces; ++piece) {
            if (pace.due())
                co_await pace.step();
            const OneThread one;
            x = residualPiece(m_weights, *residual, piece, x, NormMode::Folded);
            look(piece, pieces - 1, x);
        }
        co_return x;
    }
    const auto &shape = std::get<VisionTransformerShape>(m_config.image);
    const std::int64_t layers = shape.transformer.layers;
    BlockState state;
    {
        const OneThread one;
        state.x = embedPatches(m_weights, shape, pixels);
    }
    for (std::int64_t layer = 0; layer < layers; ++layer) {
        for (int piece = 0; piece < kBlockPieces; ++piece) {
            if (pace.due())
                co_await pace.step();
            const OneThread one;
            transformerBlockPiece(m_weights, visionBlock(layer), shape.transformer, piece, state, {});
        }
        look(layer, layers, state.x);
    }
    const OneThread one;
    co_return poolPicture(m_weights, shape, state.x);
}

Task<ImageTextModel::Seen> ClipModel::seePicture(StepPacer &pace, PreparedPicture picture)
{
    Seen seen;
    const at::Tensor pixels = pixelsOf(picture, m_device);
    const auto *residual = std::get_if<ResidualTowerShape>(&m_config.image);
    Look look = [&](std::int64_t layer, std::int64_t, const at::Tensor &x) {
        if (residual && layer == lookPiece(*residual))
            seen.look = toPlain(lookOf(pixels, x));
    };
    Task<at::Tensor> tower = pictureTower(pace, pixels, std::move(look));
    seen.embedding = toUnit(co_await std::move(tower));
    co_return seen;
}

Task<std::vector<ImageTextModel::Embedding>> ClipModel::seePictures(StepPacer &pace,
                                                                    std::vector<PreparedPicture> pictures)
{
    const auto *residual = std::get_if<ResidualTowerShape>(&m_config.image);
    if (!residual) { // a transformer's products are large enough alone
        Task<std::vector<Embedding>> each = ImageTextModel::seePictures(pace, std::move(pictures));
        co_return co_await std::move(each);
    }
    const std::int64_t last = residualPieces(*residual) - 1;
    const auto count = static_cast<std::int64_t>(pictures.size());
    std::vector<Embedding> all;
    for (std::int64_t first = 0; first < count;) {
        const auto &size = pictures[std::size_t(first)].size;
        const auto fits = [&](std::int64_t i) {
            const auto &other = pictures[std::size_t(i)].size;
            return other.width == size.width && other.height == size.height;
        };
        std::int64_t here = 1;
        while (here < kTogether && first + here < count && fits(first + here))
            ++here;
        at::Tensor x;
        {
            // Always as many, blank ones at the end: bits depend on how many there are, not on what the others show.
            const OneThread one;
            x = at::zeros({kTogether, 3, size.height, size.width}, m_device);
            for (std::int64_t i = 0; i < here; ++i)
                x.narrow(0, i, 1).copy_(pixelsOf(pictures[std::size_t(first + i)], m_device));
        }
        for (std::int64_t piece = 0; piece < last; ++piece) {
            if (pace.due())
                co_await pace.step();
            const OneThread one;
            x = residualPiece(m_weights, *residual, piece, x, NormMode::Folded);
        }
        for (std::int64_t i = 0; i < here; ++i) { // rows of a product do know where they stand
            if (pace.due())
                co_await pace.step();
            const OneThread one;
            all.push_back(toUnit(residualPiece(m_weights, *residual, last, x.narrow(0, i, 1), NormMode::Folded)));
        }
        first += here;
    }
    co_return all;
}

Task<std::vector<ImageTextModel::LayerSeen>> ClipModel::seeLayers(StepPacer &pace, PreparedPicture picture)
{
    constexpr std::int64_t kGrid = 4;
    std::vector<LayerSeen> seen;
    Look look = [&seen](std::int64_t layer, std::int64_t layers, const at::Tensor &x) {
        if (layer >= layers) // the embedding, which is nobody's layer
            return;
        // [1, C, H, W] of a convolution, [1, 1 + N, D] of a transformer
        const at::Tensor row =
            x.dim() == 4 ? at::adaptive_avg_pool2d(x, {kGrid, kGrid}).flatten() : x.slice(1, 1).mean(1).flatten();
        seen.push_back({"Layer " + std::to_string(layer + 1) + " of " + std::to_string(layers), toPlain(row)});
    };
    Task<at::Tensor> tower = pictureTower(pace, pixelsOf(picture, m_device), std::move(look));
    co_await std::move(tower);
    co_return seen;
}

Task<at::Tensor> ClipModel::cosineGradient(StepPacer &pace, at::Tensor pixels, Embedding text)
{
    const at::Tensor leaf = pixels.detach().to(m_device).requires_grad_(true);
    at::Tensor x;
    {
        const OneThread one;
        const std::int64_t side = m_config.imageSize();
        x = leaf.size(2) == side && leaf.size(3) == side
                ? leaf
                : at::_upsample_bicubic2d_aa(leaf, {side, side}, /*align_corners=*/false);
        const auto row = [&](const std::array<float, 3> &values) {
            return at::tensor(at::ArrayRef<float>(values.data(), 3), x.options().requires_grad(false))
                .view({1, 3, 1, 1});
        };
        x = ((x + 1) * 0.5 - row(m_preprocessing.mean)) / row(m_preprocessing.standardDeviation);
    }
    Task<at::Tensor> tower = pictureTower(pace, x, [](std::int64_t, std::int64_t, const at::Tensor &) {});
    const at::Tensor embedding = co_await std::move(tower);
    const OneThread one;
    const at::Tensor words = at::tensor(text).to(m_device).unsqueeze(0);
    ((embedding / embedding.norm(2, -1, true)) * words).sum().backward();
    co_return leaf.grad();
}

Task<ImageTextModel::Embedding> ClipModel::embedText(StepPacer &pace, std::string text)
{
    const TextTowerShape &shape = m_config.text;
    std::vector<std::int64_t> ids = m_tokenizer->encode(text);
    ids = m_tokenizer->encode(text, positionsFor(ids, shape));
    const at::Tensor tokens =
        at::from_blob(ids.data(), {1, static_cast<std::int64_t>(ids.size())}, at::kLong).to(m_device); // [1, T]
    at::Tensor mask;
    BlockState state;
    {
        const OneThread one; // cutting off a triangle of 8 × 8 wakes the second thread, too
        mask = causalMask(tokens.size(1), m_device);
        state.x = embedTokens(m_weights, shape, tokens);
    }
    for (std::int64_t layer = 0; layer < shape.transformer.layers; ++layer)
        for (int piece = 0; piece < kBlockPieces; ++piece) {
            if (pace.due())
                co_await pace.step();
            const OneThread one;
            transformerBlockPiece(m_weights, textBlock(layer), shape.transformer, piece, state, mask);
        }
    const OneThread one;
    co_return toUnit(poolText(m_weights, shape, state.x, tokens));
}

Task<std::shared_ptr<ImageTextModel>> loadClip(EngineScope &scope, std::string folder)
{
    const std::string configPath = (std::filesystem::path(folder) / "config.json").string();
    const JsonObject json = JsonObject::readFile(configPath);
    auto model = std::make_shared<ClipModel>();
    model->m_config = ClipConfig::parse(json);
    model->m_device = deviceOf(scope);
    model->m_preprocessing = PreprocessConfig::fromFolder(folder, static_cast<int>(model->m_config.imageSize()));
    model->m_tokenizer = ClipTokenizer::fromFolder(folder);
    if (const std::int64_t size = model->m_tokenizer->vocabularySize(); size > model->m_config.text.vocabulary)
        json.objectOr("text_config")
            .fail("vocab_size", "is " + std::to_string(model->m_config.text.vocabulary) +
                                    ", but the tokenizer in the same folder has ids up to " + std::to_string(size - 1));
    model->notes = ModelNotes::fromFolder(folder);
    std::shared_ptr<const Safetensors> file = Safetensors::openFolder(folder);
    Task<Weights> load = loadWeights(scope, file, json, model->m_config);
    model->m_weights = co_await std::move(load);
    model->m_logitScale = std::exp(weightOf(model->m_weights, "logit_scale").to(at::kCPU).item<double>());
    co_return model;
}

} // namespace orrery::clip

ORRERY_IMAGE_TEXT_MODEL(clip, "clip", orrery::clip::loadClip)
ORRERY_IMAGE_TEXT_MODEL(pictureClip, "picture_clip", orrery::clip::loadClip)
