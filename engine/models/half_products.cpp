// SPDX-License-Identifier: Apache-2.0
#include "engine/models/half_products.h"

#include "engine/models/packed_products.h"
#include "engine/runtime/bfloat16.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>

namespace orrery {
namespace {

/// Up to so many rows the weights are what takes time, and LibTorch's products in bfloat16 are slower than those in
/// float (one row of GPT-2's shape, one thread of an EPYC: 30 ms a token, float 42 ms, ours 23 ms).
constexpr std::int64_t kFewRows = 4;

bool isHalved(const at::Tensor &weight, const at::Tensor &x)
{
    return weight.scalar_type() == at::kBFloat16 && x.scalar_type() == at::kFloat;
}

at::Tensor productOfFewRows(const at::Tensor &x, const at::Tensor &weight)
{
    const at::Tensor rows = x.contiguous().view({-1, x.size(-1)});
    at::Tensor y = at::empty({rows.size(0), weight.size(0)}, x.options());
    multiplyBfloat16(reinterpret_cast<const std::uint16_t *>(weight.const_data_ptr()), weight.size(0), weight.size(1),
                     rows.const_data_ptr<float>(), rows.size(0), y.mutable_data_ptr<float>());
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.back() = weight.size(0);
    return y.view(shape);
}

} // namespace

bool hastens(EngineScope &scope, Precision precision)
{
    return precision == Precision::Fast && deviceOf(scope) == at::kCPU && cpuMultipliesBfloat16();
}

at::Tensor halved(const at::Tensor &weight)
{
    return weight.to(at::kBFloat16)
        .contiguous(weight.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

Task<> halve(EngineScope &scope, Weights &weights, std::function<bool(const std::string &name)> which)
{
    for (auto &[name, weight] : weights)
        if (which(name)) {
            weight = halved(weight);
            co_await scope.step();
        }
}

bool isProductWeight(const std::string &name)
{
    for (const char *end : {".qkv.weight", ".out.weight", ".fc1.weight", ".fc2.weight"})
        if (name.ends_with(end))
            return true;
    return name == "head.weight";
}

at::Tensor product(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias)
{
    if (isPacked(weight))
        return packedProduct(x, weight, bias);
    if (!isHalved(weight, x))
        return at::linear(x, weight, bias);
    const bool few = x.numel() <= kFewRows * x.size(-1) && x.is_cpu();
    const at::Tensor y =
        few ? productOfFewRows(x, weight) : at::linear(x.to(weight.scalar_type()), weight).to(x.scalar_type());
    return bias.defined() ? y + bias : y;
}

} // namespace orrery
