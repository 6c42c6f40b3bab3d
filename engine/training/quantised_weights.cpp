// SPDX-License-Identifier: Apache-2.0
#include "engine/training/quantised_weights.h"

#include "engine/files/safetensors.h"
#include "engine/models/six_bits.h"

#include <ATen/ATen.h>

namespace orrery::training {

namespace {

at::Tensor times(const QuantisedWeight &weight)
{
    std::vector<std::int64_t> rows(static_cast<std::size_t>(weight.values.dim()), 1);
    rows[0] = weight.scales.numel();
    return weight.values.to(at::kFloat) * weight.scales.view(rows);
}

/// uint8 [rows, sixBitBytes(numbers in a row)]
at::Tensor packed(const at::Tensor &values)
{
    const std::int64_t rows = values.size(0);
    const auto rowSize = static_cast<std::size_t>(rows ? values.numel() / rows : 0), rowBytes = sixBitBytes(rowSize);
    at::Tensor bytes = at::empty({rows, static_cast<std::int64_t>(rowBytes)}, at::kByte);
    const auto *from = values.const_data_ptr<std::int8_t>();
    auto *to = reinterpret_cast<std::byte *>(bytes.mutable_data_ptr<std::uint8_t>());
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row)
        packSixBits({from + row * rowSize, rowSize}, {to + row * rowBytes, rowBytes});
    return bytes;
}

} // namespace

bool isQuantised(const at::Tensor &weight)
{
    return weight.dim() >= 2;
}

QuantisedWeight quantise(const at::Tensor &weight, WeightBits bits)
{
    const double largest = bits == WeightBits::Six ? kSixBitLargest : 127;
    const at::Tensor plain = weight.detach().to(at::kCPU, at::kFloat).contiguous();
    const at::Tensor rows = plain.reshape({plain.size(0), -1});
    const at::Tensor scales = (rows.abs().amax(1) / largest).clamp_min(1e-12); // [rows]
    const at::Tensor values = (rows / scales.unsqueeze(1)).round().clamp(-largest, largest).to(at::kChar);
    return {values.reshape(plain.sizes()).contiguous(), scales.contiguous()};
}

Weights rounded(const Weights &weights, WeightBits bits)
{
    Weights result;
    for (const auto &[name, weight] : weights)
        result[name] = isQuantised(weight) ? times(quantise(weight, bits)) : weight.detach().to(at::kFloat);
    return result;
}

void writeQuantised(const std::string &file, const Weights &weights, WeightBits bits)
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
            const QuantisedWeight small = quantise(weight, bits);
            add(name + ".scale", Dtype::F32, small.scales);
            if (bits == WeightBits::Six) {
                add(name, Dtype::U8, packed(small.values));
                add(name + ".shape", Dtype::I64, at::tensor(weight.sizes(), at::kLong));
            } else {
                add(name, Dtype::I8, small.values);
            }
        } else {
            add(name, Dtype::F32, weight.detach().to(at::kCPU, at::kFloat));
        }
    }
    writeSafetensors(file, items, {{"format", "pt"}});
}

} // namespace orrery::training
