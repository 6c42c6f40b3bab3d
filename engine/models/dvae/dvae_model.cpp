// SPDX-License-Identifier: Apache-2.0
#include "engine/models/dvae/dvae_model.h"

#include "engine/files/sha256.h"
#include "engine/models/one_thread.h"
#include "engine/models/registry.h"
#include "engine/runtime/model_cache.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <filesystem>

namespace orrery::dvae {

Task<std::vector<int>> DvaeModel::encode(StepPacer &pace, at::Tensor pixels) const
{
    at::Tensor x = pixels.to(m_device);
    for (std::int64_t piece = 0; piece < encoderPieces(m_shape); ++piece) {
        if (pace.due())
            co_await pace.step();
        const OneThread one;
        const at::NoGradGuard noGraph;
        x = encoderPiece(m_weights, m_shape, piece, x);
    }
    const OneThread one;
    const at::NoGradGuard noGraph;
    const at::Tensor tokens = nearestCodes(m_weights, x).flatten().to(at::kCPU).contiguous();
    const auto *first = tokens.const_data_ptr<std::int64_t>();
    co_return std::vector<int>(first, first + tokens.numel());
}

Task<at::Tensor> DvaeModel::decode(StepPacer &pace, std::vector<int> tokens, std::size_t known) const
{
    const std::int64_t grid = m_shape.grid();
    tokens.resize(this->tokens(), 0);
    at::Tensor x;
    {
        const OneThread one;
        const at::NoGradGuard noGraph;
        x = vectorsOf(tokens);
        if (known < this->tokens()) {
            const at::Tensor isKnown = at::arange(grid * grid, x.options()).lt(static_cast<double>(known));
            x = x * isKnown.view({1, 1, grid, grid});
        }
    }
    Task<at::Tensor> decoding = decodeVectors(pace, std::move(x));
    co_return co_await std::move(decoding);
}

Task<at::Tensor> DvaeModel::decodeVectors(StepPacer &pace, at::Tensor vectors) const
{
    at::Tensor x = std::move(vectors);
    for (std::int64_t piece = 0; piece < decoderPieces(m_shape); ++piece) {
        if (pace.due())
            co_await pace.step();
        const OneThread one;
        const at::NoGradGuard noGraph;
        x = decoderPiece(m_weights, m_shape, piece, x);
    }
    co_return x;
}

at::Tensor DvaeModel::nearest(const at::Tensor &vectors) const
{
    return dvae::vectorsOf(m_weights, m_shape, nearestCodes(m_weights, vectors));
}

at::Tensor DvaeModel::vectorsOf(const std::vector<int> &tokens) const
{
    const at::Tensor ids =
        at::tensor(std::vector<std::int64_t>(tokens.begin(), tokens.end())).unsqueeze(0); // [1, G · G]
    return dvae::vectorsOf(m_weights, m_shape, ids.to(m_device));
}

at::Tensor DvaeModel::decodeAtOnce(const at::Tensor &vectors) const
{
    at::Tensor x = vectors;
    for (std::int64_t piece = 0; piece < decoderPieces(m_shape); ++piece)
        x = decoderPiece(m_weights, m_shape, piece, x);
    return x;
}

Task<std::shared_ptr<DvaeModel>> loadDvae(EngineScope &scope, std::string folder)
{
    auto model = std::make_shared<DvaeModel>();
    model->m_shape = parseShape(JsonObject::readFile((std::filesystem::path(folder) / "config.json").string()));
    model->m_device = deviceOf(scope);
    Task<Weights> loading = loadWeights(scope, Safetensors::openFolder(folder), expectedWeights(model->m_shape));
    model->m_weights = co_await std::move(loading);
    co_return model;
}

Task<std::shared_ptr<DvaeModel>> openDvae(EngineScope &scope, std::string folder)
{
    const ModelCache::Loader<DvaeModel> load = [folder](EngineScope &inner) { return loadDvae(inner, folder); };
    std::string key = modelCacheKey("dvae", folder);
    Task<std::shared_ptr<DvaeModel>> task = modelCache(scope).get<DvaeModel>(scope, std::move(key), load);
    co_return co_await std::move(task);
}

Task<std::shared_ptr<DvaeModel>> openDvaeOf(EngineScope &scope, std::string folder, JsonObject json, std::string sha256)
{
    namespace fs = std::filesystem;
    const fs::path beside = fs::path(folder).parent_path() / "picture-dvae";
    std::error_code ignored;
    const std::string codes =
        fs::exists(beside / "config.json", ignored) ? beside.string() : modelFolder(scope, "picture-dvae");
    const std::string file = (fs::path(codes) / "model.safetensors").string();
    std::string hash;
    std::function<void()> hashing = [&hash, file] { hash = sha256OfFile(file); };
    co_await scope.outside(std::move(hashing));
    if (hash != sha256)
        json.fail("dvae_sha256", "is " + sha256.substr(0, 12) + "…, but " + file + " has " + hash.substr(0, 12) +
                                     "…: these codes belong to another picture-dvae");
    Task<std::shared_ptr<DvaeModel>> opening = openDvae(scope, codes);
    co_return co_await std::move(opening);
}

} // namespace orrery::dvae
