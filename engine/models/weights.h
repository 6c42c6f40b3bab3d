// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/error.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace orrery {

/// The weights of one model by their name in the file. Inference and training run the same functions on them: the
/// trainer's require gradients, the loader's do not.
using Weights = std::map<std::string, at::Tensor, std::less<>>;

/// @throws Exception{ModelFile} naming the weight that is missing.
inline const at::Tensor &weightOf(const Weights &weights, const std::string &name)
{
    const auto found = weights.find(name);
    if (found == weights.end())
        throw Exception(ErrorCode::ModelFile, "weights: \"" + name + "\" is missing");
    return found->second;
}

} // namespace orrery
