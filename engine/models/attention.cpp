// SPDX-License-Identifier: Apache-2.0
#include "engine/models/attention.h"

#include "engine/models/half_products.h"

#include <ATen/ATen.h>

namespace orrery::attention {

namespace {
constexpr double kEpsilon = 1e-5;
}

at::Tensor linear(const Weights &weights, const std::string &prefix, const at::Tensor &x)
{
    const auto bias = weights.find(prefix + ".bias");
    return product(x, weightOf(weights, prefix + ".weight"), bias == weights.end() ? at::Tensor() : bias->second);
}

at::Tensor layerNorm(const Weights &weights, const std::string &prefix, const at::Tensor &x)
{
    return at::layer_norm(x, {x.size(-1)}, weightOf(weights, prefix + ".weight"), weightOf(weights, prefix + ".bias"),
                          kEpsilon);
}

at::Tensor splitHeads(const at::Tensor &x, std::int64_t heads)
{
    return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

at::Tensor joinHeads(const at::Tensor &x)
{
    return x.transpose(1, 2).reshape({x.size(0), x.size(2), x.size(1) * x.size(3)});
}

at::Tensor perceptron(const Weights &weights, const std::string &prefix, const at::Tensor &x)
{
    return linear(weights, prefix + ".fc2", at::gelu(linear(weights, prefix + ".fc1", x), "tanh"));
}

void expectLinear(std::vector<ExpectedWeight> &all, const std::string &name, std::int64_t out, std::int64_t in)
{
    all.push_back({name + ".weight", {out, in}});
    all.push_back({name + ".bias", {out}});
}

void expectNorm(std::vector<ExpectedWeight> &all, const std::string &name, std::int64_t width)
{
    all.push_back({name + ".weight", {width}});
    all.push_back({name + ".bias", {width}});
}

void expectBlock(std::vector<ExpectedWeight> &all, const std::string &name, std::int64_t width)
{
    expectNorm(all, name + ".norm1", width);
    expectLinear(all, name + ".qkv", 3 * width, width);
    expectLinear(all, name + ".out", width, width);
    expectNorm(all, name + ".norm2", width);
    expectLinear(all, name + ".fc1", 4 * width, width);
    expectLinear(all, name + ".fc2", width, 4 * width);
}

} // namespace orrery::attention
