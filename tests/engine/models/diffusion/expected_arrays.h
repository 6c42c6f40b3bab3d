// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/error.h"
#include "engine/files/json_file.h"
#include "engine/files/safetensors.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstring>
#include <string>

namespace orrery::test {

inline const std::string kDiffusionData = ORRERY_SOURCE_DIR "/tests/data/diffusion/";

/// An array of a file of expected values; undefined when there is none of that name.
inline at::Tensor readArray(const Safetensors &file, const std::string &name)
{
    const SafetensorsEntry *entry = file.find(name);
    if (!entry)
        return {};
    const at::ScalarType type = entry->dtype == Dtype::F64   ? at::kDouble
                                : entry->dtype == Dtype::I64 ? at::kLong
                                : entry->dtype == Dtype::U8  ? at::kByte
                                                             : at::kFloat;
    const at::Tensor tensor = at::empty(entry->shape, type);
    std::memcpy(tensor.mutable_data_ptr(), entry->bytes.data(), entry->bytes.size());
    return tensor;
}

/// Infinite where shapes differ or a number is none.
inline double largest(const at::Tensor &a, const at::Tensor &b)
{
    if (a.sizes() != b.sizes())
        return INFINITY;
    const double difference = (a - b).abs().max().item<double>();
    return std::isnan(difference) ? INFINITY : difference;
}

} // namespace orrery::test
