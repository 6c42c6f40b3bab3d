// SPDX-License-Identifier: Apache-2.0
// LibTorch, no Qt. Loaded by the engine thread.
#include "engine/image/picture_tensor.h"
#include "engine/runtime/media_gateway.h"

#include "engine/core/job_registry.h"
#include "plugins/mean_colour/mean_colour.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::mean_colour {
namespace {

std::array<double, 3> toArray(const at::Tensor &channels)
{
    const at::Tensor plain = channels.to(at::kCPU, at::kDouble).contiguous(); // [3]
    const double *data = plain.const_data_ptr<double>();
    return {data[0], data[1], data[2]};
}

/// @param pixels  RGB in [0, 255]; uint8 [3, H, W].
MeanResult meanOf(const at::Tensor &pixels)
{
    const at::Tensor values = pixels.to(at::kFloat).div(255).flatten(1); // [3, H·W]
    return {.mean = toArray(values.mean(1)), .deviation = toArray(values.std(1, /*unbiased=*/false))};
}

Task<MeanResult> mean(EngineScope &scope, MeanRequest request)
{
    const Picture picture = co_await loadPicture(scope, std::move(request.picture));
    co_await scope.step();
    co_return meanOf(toTensor(picture));
}

Task<SelfTestResult> selfTest(EngineScope &scope, SelfTestRequest)
{
    co_await scope.step();
    const Picture grey{.width = 3, .height = 2, .rgb = std::vector<std::uint8_t>(18, 128)};
    const MeanResult result = meanOf(toTensor(grey));
    if (std::abs(result.mean[1] - 128.0 / 255) > 1e-6 || result.deviation[1] > 1e-6)
        throw Exception(ErrorCode::Internal, "The mean of a grey picture did not come out grey on this computer");
    co_return SelfTestResult{"The mean of a grey picture is grey."};
}

} // namespace

ORRERY_JOB(kMean, mean)
ORRERY_JOB(kSelfTest, selfTest)

} // namespace orrery::mean_colour
