// SPDX-License-Identifier: Apache-2.0
#include "engine/training/quantised_weights.h"

#include "engine/files/safetensors.h"

#include <ATen/ATen.h>

namespace orrery::training {

namespace {

at::Tensor times(const QuantisedWeight &weight)
{
    std::vector<std::int64_t> rows(static_cast<std::size_t>(weight.values.dim()), 1);
    rows[0] = weight.scales.numel();
    return weight.values.to(at::kFloat) * weight.scales.view(rows);
}

} // namespace

bool isQuantised(const at::Tensor &weight)
{
    return weight.dim() >= 2;
}

QuantisedWeight quantise(const at::Tensor &weight)
{
    const at::Tensor plain = weight.detach().to(at::kCPU, at::kFloat).contiguous();
    const at::Tensor rows = plain.reshape({plain.size(0), -1});
    const at::Tensor scales = (rows.abs().amax(1) / 127.0).clamp_min(1e-12); // [rows]
    const at::Tensor values = (rows / scales.unsqueeze(1)).round().clamp(-127, 127).to(at::kChar);
    return {values.reshape(plain.sizes()).contiguous(), scales.contiguous()};
}

Weights rounded(const Weights &weights)
{
    Weights result;
    for (const auto &[name, weight] : weights)
        result[name] = isQuantised(weight) ? times(quantise(weight)) : weight.detach().to(at::kFloat);
    return result;
}

void writeQuantised(const std::string &file, const Weights &weights)
{
    std::vector<at::Tensor> held; // the items borrow the bytes
    std::vector<SafetensorsItem> items;
    const auto add = [&](const std::string &name, Dtype dtype, const at::Tensor &tensor) {
        held.push_back(tensor.contiguous());
        const at::Tensor &plain = held.back();
        items.push_back(
            {name,
             dtype,
             plain.sizes().vec(),
             {static_cast<const std::byte *>(plain.const_data_ptr()), static_cast<std::size_t>(plain.nbytes())}});
    };
    for (const auto &[name, weight] : weights) {
        if (isQuantised(weight)) {
            const QuantisedWeight small = quantise(weight);
            add(name, Dtype::I8, small.values);
            add(name + ".scale", Dtype::F32, small.scales);
        } else {
            add(name, Dtype::F32, weight.detach().to(at::kCPU, at::kFloat));
        }
    }
    writeSafetensors(file, items, {{"format", "pt"}});
}

} // namespace orrery::training
