// SPDX-License-Identifier: Apache-2.0
#include "engine/api/bench.h"
#include "engine/core/elapsed.h"
#include "engine/core/engine_scope.h"
#include "engine/core/error.h"
#include "engine/core/job_registry.h"
#include "engine/runtime/generator.h"
#include "engine/runtime/model_cache.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>

#include <chrono>
#include <cmath>
#include <memory>

namespace orrery::bench {

namespace {

constexpr std::int64_t kWidth = 256;     // of the text tower of picture-clip
constexpr std::int64_t kBusyTokens = 64; // 100 million multiplications a layer: about a millisecond on two cores
constexpr std::int64_t kLiveTokens = 16;

/// One pre-norm transformer layer with random weights, one head.
/// Source: Vaswani et al. 2017, arXiv:1706.03762; Xiong et al. 2020, arXiv:2002.04745 (the place of the norms).
class Layer
{
public:
    Layer(std::uint64_t seed, at::Device device)
    {
        Generator generator(seed);
        const auto matrix = [&](std::int64_t in, std::int64_t out) {
            return generator.normal({in, out}, device) / std::sqrt(static_cast<double>(in));
        };
        m_queryKeyValue = matrix(kWidth, 3 * kWidth);
        m_projection = matrix(kWidth, kWidth);
        m_up = matrix(kWidth, 4 * kWidth);
        m_down = matrix(4 * kWidth, kWidth);
    }

    /// @param tokens  float32 [T, D]. @return the same shape.
    at::Tensor operator()(const at::Tensor &tokens) const
    {
        const auto parts = at::layer_norm(tokens, {kWidth}).matmul(m_queryKeyValue).chunk(3, 1);          // 3 × [T, D]
        const at::Tensor scores = parts[0].matmul(parts[1].t()) / std::sqrt(static_cast<double>(kWidth)); // [T, T]
        const at::Tensor attended = tokens + at::softmax(scores, 1).matmul(parts[2]).matmul(m_projection);
        return attended + at::gelu(at::layer_norm(attended, {kWidth}).matmul(m_up)).matmul(m_down);
    }

private:
    at::Tensor m_queryKeyValue, m_projection, m_up, m_down; // [in, out]
};

/// Waits for the device too: a GPU only queues work.
double lengthOf(const at::Tensor &tokens)
{
    return tokens.norm().item<double>();
}

/// Made once, like a model, and forgotten like one when memory is short.
Task<std::shared_ptr<Layer>> sharedLayer(EngineScope &scope)
{
    const ModelCache::Loader<Layer> load = [](EngineScope &inner) -> Task<std::shared_ptr<Layer>> {
        co_return std::make_shared<Layer>(1, deviceOf(inner));
    };
    Task<std::shared_ptr<Layer>> getting = modelCache(scope).get<Layer>(scope, "bench.layer", load);
    co_return co_await std::move(getting);
}

Task<BusyResult> keepBusy(EngineScope &scope, BusyRequest request)
{
    if (!(request.seconds > 0) || !(request.stepMs >= 1))
        throw Exception(ErrorCode::BadInput, "bench.busy: seconds must be positive and stepMs at least 1");
    const auto start = std::chrono::steady_clock::now();
    Task<std::shared_ptr<Layer>> loading = sharedLayer(scope);
    const std::shared_ptr<Layer> layer = co_await std::move(loading);
    const at::Tensor first = Generator(2).normal({kBusyTokens, kWidth}, deviceOf(scope)); // [T, D]
    BusyResult result;
    do {
        co_await scope.step();
        const auto stepStart = std::chrono::steady_clock::now();
        do {
            // From the same tokens each time: the sum over residuals would grow without end.
            if (!std::isfinite(lengthOf((*layer)(first))))
                throw Exception(ErrorCode::Internal, "bench.busy: a layer made numbers that are not finite");
            ++result.layers;
        } while (millisecondsSince(stepStart) < request.stepMs);
        result.stepMs.push_back(millisecondsSince(stepStart));
        result.seconds = millisecondsSince(start) / 1000;
        scope.progress(std::min(1.0, result.seconds / request.seconds), "Keeping the engine busy");
    } while (result.seconds < request.seconds);
    co_return result;
}

Task<LiveResult> answerLive(EngineScope &scope, LiveRequest request)
{
    Task<std::shared_ptr<Layer>> loading = sharedLayer(scope);
    const std::shared_ptr<Layer> layer = co_await std::move(loading);
    const at::Tensor tokens = Generator(request.seed, 0, 1).normal({kLiveTokens, kWidth}, deviceOf(scope)); // [T, D]
    co_return LiveResult{lengthOf((*layer)(tokens))};
}

} // namespace

ORRERY_JOB(kBusy, keepBusy)
ORRERY_JOB(kLive, answerLive)

} // namespace orrery::bench
