// SPDX-License-Identifier: Apache-2.0
#include "engine/training/weights_file.h"

#include "engine/files/safetensors.h"

#include <ATen/ATen.h>

#include <cstring>

namespace orrery::training {

void writeWeights(const std::string &file, const Weights &weights, const std::map<std::string, std::string> &metadata)
{
    std::vector<at::Tensor> held; // the items borrow the bytes
    std::vector<SafetensorsItem> items;
    for (const auto &[name, weight] : weights) {
        held.push_back(weight.detach().to(at::kCPU, at::kFloat).contiguous());
        const at::Tensor &plain = held.back();
        items.push_back(
            {name,
             Dtype::F32,
             plain.sizes().vec(),
             {static_cast<const std::byte *>(plain.const_data_ptr()), static_cast<std::size_t>(plain.nbytes())}});
    }
    writeSafetensors(file, items, metadata);
}

std::pair<Weights, std::map<std::string, std::string>> readWeights(const std::string &file)
{
    const auto data = Safetensors::open(file);
    Weights weights;
    for (const auto &[name, entry] : data->entries()) {
        if (entry.dtype != Dtype::F32)
            throw Exception(ErrorCode::ModelFile,
                            file + ": \"" + name + "\" is " + std::string(nameOf(entry.dtype)) + ", expected F32");
        at::Tensor weight = at::empty(entry.shape, at::TensorOptions().dtype(at::kFloat));
        std::memcpy(weight.mutable_data_ptr(), entry.bytes.data(), entry.bytes.size());
        weights[name] = weight;
    }
    return {std::move(weights), data->metadata()};
}

} // namespace orrery::training
